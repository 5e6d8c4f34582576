package dev.keelson.core.error;

import dev.keelson.proto.v1.Error;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A failure that a caller is told about. It has no stack trace unless it is a fault of ours: the
 * expected ones are answers, and are made often.
 */
public final class DatabaseException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final ErrorCode code;
  private final boolean outcomeUnknown;

  /**
   * @param message what happened and what to do; {@link ErrorCode#because} writes one
   * @param outcomeUnknown the write may or may not have been applied
   */
  public DatabaseException(ErrorCode code, String message, boolean outcomeUnknown) {
    this(code, message, outcomeUnknown, null);
  }

  private DatabaseException(
      ErrorCode code, String message, boolean outcomeUnknown, @Nullable Throwable cause) {
    super(message, cause, false, code.category() == Category.INTERNAL);
    this.code = code;
    this.outcomeUnknown = outcomeUnknown;
  }

  /** A fault of ours, with where it came from. */
  public static DatabaseException internal(String whatHappened, Throwable cause) {
    return new DatabaseException(
        ErrorCode.INTERNAL, whatHappened + ". " + ErrorCode.INTERNAL.advice(), false, cause);
  }

  public ErrorCode code() {
    return code;
  }

  public Category category() {
    return code.category();
  }

  public boolean outcomeUnknown() {
    return outcomeUnknown;
  }

  /** The message, which is never absent here. */
  public String message() {
    return Objects.requireNonNull(getMessage());
  }

  /** The same error of a write that may have been applied all the same. */
  public DatabaseException withUnknownOutcome() {
    return outcomeUnknown ? this : new DatabaseException(code, message(), true, getCause());
  }

  public Error toProto() {
    return Error.newBuilder()
        .setCode(code.name())
        .setCategory(category().toProto())
        .setMessage(message())
        .setOutcomeUnknown(outcomeUnknown)
        .build();
  }

  /** The error that another process answered; a code of a newer version becomes its category's. */
  public static DatabaseException fromProto(Error error) {
    return new DatabaseException(codeOf(error), error.getMessage(), error.getOutcomeUnknown());
  }

  private static ErrorCode codeOf(Error error) {
    for (ErrorCode known : ErrorCode.values()) {
      if (known.name().equals(error.getCode())) {
        return known;
      }
    }
    return switch (error.getCategory()) {
      case USER -> ErrorCode.INVALID_REQUEST;
      case CONFLICT -> ErrorCode.CONDITION_FAILED;
      case UNAVAILABLE ->
          error.getOutcomeUnknown() ? ErrorCode.OUTCOME_UNKNOWN : ErrorCode.NODE_UNREACHABLE;
      case RESOURCE -> ErrorCode.OVERLOADED;
      case INTERNAL, ERROR_CATEGORY_UNSPECIFIED, UNRECOGNIZED -> ErrorCode.INTERNAL;
    };
  }
}
