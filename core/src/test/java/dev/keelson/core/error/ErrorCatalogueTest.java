package dev.keelson.core.error;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.proto.v1.Error;
import dev.keelson.proto.v1.ErrorCategory;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ErrorCatalogueTest {
  private static final Path PAGE = Path.of("..", "docs", "errors.md");
  private static final String WRITE = "keelson.docs.write";

  @Test
  void every_gRPC_code_is_one_that_gRPC_knows() {
    assertThat(Arrays.stream(Status.Code.values()).map(Enum::name))
        .containsAll(Arrays.stream(GrpcCode.values()).map(Enum::name).toList());
  }

  @Test
  void every_code_says_what_to_do_in_whole_sentences() {
    assertThat(ErrorCode.values())
        .allSatisfy(code -> assertThat(code.advice()).matches("[A-Z].{15,}[.]"));
  }

  @Test
  void only_requests_that_may_go_through_later_have_a_gRPC_code_that_clients_retry() {
    assertThat(ErrorCode.values())
        .filteredOn(code -> code.grpcCode() == GrpcCode.UNAVAILABLE)
        .allSatisfy(code -> assertThat(code.category()).isEqualTo(Category.UNAVAILABLE));
    assertThat(ErrorCode.values())
        .filteredOn(code -> code.grpcCode() == GrpcCode.RESOURCE_EXHAUSTED)
        .allSatisfy(code -> assertThat(code.category()).isEqualTo(Category.RESOURCE));
  }

  @Test
  void the_documentation_page_says_what_the_catalogue_says() throws IOException {
    String page = page();
    if (Boolean.getBoolean(WRITE)) {
      Files.createDirectories(PAGE.getParent());
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE)
        .as("write it anew with: mvn test -pl core -am -Dtest=ErrorCatalogueTest -D%s=true", WRITE)
        .hasContent(page);
  }

  @Test
  void an_error_survives_the_way_to_another_process() {
    DatabaseException error = ErrorCode.OUTCOME_UNKNOWN.because("The leader was lost");

    DatabaseException received = DatabaseException.fromProto(error.toProto());

    assertThat(received.code()).isEqualTo(ErrorCode.OUTCOME_UNKNOWN);
    assertThat(received.outcomeUnknown()).isTrue();
    assertThat(received).hasMessage(error.getMessage());
  }

  @Test
  void a_code_of_a_newer_version_becomes_one_of_its_category() {
    Error error =
        Error.newBuilder()
            .setCode("BOUGHT_OUT")
            .setCategory(ErrorCategory.RESOURCE)
            .setMessage("Bought out. Come back tomorrow.")
            .build();

    DatabaseException received = DatabaseException.fromProto(error);

    assertThat(received.category()).isEqualTo(Category.RESOURCE);
    assertThat(received).hasMessage("Bought out. Come back tomorrow.");
  }

  @Test
  void every_known_code_is_found_again_by_its_name() {
    assertThat(ErrorCode.values())
        .allSatisfy(
            code ->
                assertThat(DatabaseException.fromProto(code.because("So it was").toProto()).code())
                    .isEqualTo(code));
  }

  @Test
  void only_faults_of_ours_carry_a_stack_trace() {
    assertThat(ErrorCode.ROW_EXISTS.because("The row exists").getStackTrace()).isEmpty();
    assertThat(ErrorCode.INTERNAL.because("The row vanished").getStackTrace()).isNotEmpty();
  }

  @Test
  void a_write_that_may_have_been_applied_says_so_and_keeps_its_code() {
    DatabaseException late = ErrorCode.DEADLINE_EXCEEDED.because("Too late").withUnknownOutcome();

    assertThat(late.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
    assertThat(late.toProto().getOutcomeUnknown()).isTrue();
  }

  private static String page() {
    StringBuilder page =
        new StringBuilder(
            """
            # Errors

            Every error has a code, a category and a message that says what happened and what to do.
            They travel as `keelson.v1.Error` in the details of the gRPC status
            (`grpc-status-details-bin`) and in the frames of `Multiplex`. A write whose error has
            `outcome_unknown` may have been applied all the same.

            This page is made of the catalogue, `dev.keelson.core.error.ErrorCode`, and tested
            against it.

            | category | what to do |
            |---|---|
            | USER | The request is wrong; sending it again won't help. |
            | CONFLICT | Somebody else's change got in the way: read again and decide. |
            | UNAVAILABLE | Not now; the same request may go through later. |
            | RESOURCE | A limit was reached: send less, or slower. |
            | INTERNAL | A fault of the database; report it. |
            """);
    for (Category category : Category.values()) {
      page.append("\n## ").append(category).append("\n\n");
      page.append("| code | gRPC status | what to do |\n|---|---|---|\n");
      for (ErrorCode code : ErrorCode.values()) {
        if (code.category() == category) {
          page.append(
              "| `%s` | %s | %s |\n".formatted(code.name(), code.grpcCode(), code.advice()));
        }
      }
    }
    return page.toString();
  }
}
