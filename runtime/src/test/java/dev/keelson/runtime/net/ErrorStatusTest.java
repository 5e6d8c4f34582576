package dev.keelson.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.error.ErrorCode;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorStatusTest {
  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void every_error_comes_back_as_it_went(ErrorCode code) {
    DatabaseException error = code.because("Something happened");

    StatusRuntimeException status = ErrorStatus.toStatus(error);
    DatabaseException back = ErrorStatus.fromStatus(status, false);

    assertThat(status.getStatus().getCode().name()).isEqualTo(code.grpcCode().name());
    assertThat(status.getStatus().getDescription()).isEqualTo(error.message());
    assertThat(back.toProto()).isEqualTo(error.toProto());
  }

  @Test
  void whether_a_write_was_applied_travels_with_the_error() {
    DatabaseException error = ErrorCode.DEADLINE_EXCEEDED.because("Slow").withUnknownOutcome();

    assertThat(ErrorStatus.fromStatus(ErrorStatus.toStatus(error), false).outcomeUnknown())
        .isTrue();
  }

  @Test
  void a_broken_connection_leaves_a_read_failed_and_a_write_unknown() {
    StatusRuntimeException broken = Status.UNAVAILABLE.asRuntimeException();

    assertThat(ErrorStatus.fromStatus(broken, false).code()).isEqualTo(ErrorCode.NODE_UNREACHABLE);
    assertThat(ErrorStatus.fromStatus(broken, false).outcomeUnknown()).isFalse();
    assertThat(ErrorStatus.fromStatus(broken, true).outcomeUnknown()).isTrue();
  }

  @Test
  void a_fault_is_an_internal_error_and_wrappers_are_looked_through() {
    DatabaseException expected = ErrorCode.NOT_READY.because("Starting");

    assertThat(ErrorStatus.toDatabaseException(new CompletionException(expected)))
        .isSameAs(expected);
    assertThat(
            ErrorStatus.toStatus(new IllegalStateException("a fault, as the test wants it"))
                .getStatus()
                .getCode())
        .isEqualTo(Status.Code.INTERNAL);
  }
}
