package dev.keelson.runtime.net;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.error.ErrorCode;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where errors become gRPC statuses and back. The catalogue's error travels as {@code
 * keelson.v1.Error} in {@code grpc-status-details-bin}.
 */
public final class ErrorStatus {
  private static final Logger LOG = LoggerFactory.getLogger(ErrorStatus.class);

  private ErrorStatus() {}

  /** What a service answers for a failure. A fault of ours is logged here, and only here. */
  public static StatusRuntimeException toStatus(Throwable failure) {
    return toStatus(toDatabaseException(failure));
  }

  public static StatusRuntimeException toStatus(DatabaseException error) {
    Status.Code code = Status.Code.valueOf(error.code().grpcCode().name());
    com.google.rpc.Status status =
        com.google.rpc.Status.newBuilder()
            .setCode(code.value())
            .setMessage(error.message())
            .addDetails(Any.pack(error.toProto()))
            .build();
    return StatusProto.toStatusRuntimeException(status);
  }

  /** A failure on this side of the wire as an error of the catalogue. */
  public static DatabaseException toDatabaseException(Throwable failure) {
    Throwable cause = unwrap(failure);
    if (cause instanceof DatabaseException expected) {
      return expected;
    }
    LOG.error("a request failed by a fault of the database", cause);
    return DatabaseException.internal("The request failed: " + cause, cause);
  }

  /**
   * What a peer answered to a read, or to a write if {@code write}: of a write that failed on its
   * way nobody knows whether it arrived.
   */
  public static DatabaseException fromStatus(Throwable failure, boolean write) {
    Throwable cause = unwrap(failure);
    com.google.rpc.@Nullable Status status = StatusProto.fromThrowable(cause);
    if (status != null) {
      for (Any detail : status.getDetailsList()) {
        if (detail.is(dev.keelson.proto.v1.Error.class)) {
          return fromDetail(detail, write);
        }
      }
    }
    DatabaseException error = withoutDetail(statusOf(cause));
    return write ? error.withUnknownOutcome() : error;
  }

  private static DatabaseException fromDetail(Any detail, boolean write) {
    try {
      return DatabaseException.fromProto(detail.unpack(dev.keelson.proto.v1.Error.class));
    } catch (InvalidProtocolBufferException e) {
      DatabaseException error = DatabaseException.internal("A peer's error can't be read", e);
      return write ? error.withUnknownOutcome() : error;
    }
  }

  private static Status statusOf(Throwable failure) {
    return switch (failure) {
      case StatusRuntimeException e -> e.getStatus();
      case StatusException e -> e.getStatus();
      default -> Status.UNKNOWN.withDescription(failure.toString());
    };
  }

  /** Statuses that gRPC itself makes, or a proxy on the way. */
  private static DatabaseException withoutDetail(Status status) {
    String said = status.getCode() + ": " + status.getDescription();
    return switch (status.getCode()) {
      case DEADLINE_EXCEEDED -> ErrorCode.DEADLINE_EXCEEDED.because("There was no answer in time");
      case CANCELLED -> ErrorCode.CANCELLED.because("The call was cancelled");
      case RESOURCE_EXHAUSTED -> ErrorCode.MESSAGE_TOO_LARGE.because("A peer refused: " + said);
      case UNIMPLEMENTED ->
          ErrorCode.NOT_SUPPORTED.because("A peer doesn't know the call: " + said);
      case UNAVAILABLE -> ErrorCode.NODE_UNREACHABLE.because("A peer can't be reached: " + said);
      case OK,
          UNKNOWN,
          INVALID_ARGUMENT,
          NOT_FOUND,
          ALREADY_EXISTS,
          PERMISSION_DENIED,
          FAILED_PRECONDITION,
          ABORTED,
          OUT_OF_RANGE,
          INTERNAL,
          DATA_LOSS,
          UNAUTHENTICATED ->
          ErrorCode.INTERNAL.because("A peer failed: " + said);
    };
  }

  private static Throwable unwrap(Throwable failure) {
    Throwable cause = failure.getCause();
    boolean wrapped =
        failure instanceof CompletionException || failure instanceof ExecutionException;
    return wrapped && cause != null ? cause : failure;
  }
}
