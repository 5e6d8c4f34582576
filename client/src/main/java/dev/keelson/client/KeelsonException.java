package dev.keelson.client;

/**
 * Why a call failed. The client has by then retried whatever may be retried, up to the deadline of
 * the call.
 */
public final class KeelsonException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What a caller can do about a failure. */
  public enum Category {
    /** The request is wrong; sending it again won't help. */
    USER,
    /** Somebody else's change got in the way; read again and decide. */
    CONFLICT,
    /** Not now; the same request may go through later. */
    UNAVAILABLE,
    /** A limit was reached; send less, or slower. */
    RESOURCE,
    /** A fault of the database; report it. */
    INTERNAL
  }

  private final String message;
  private final String code;
  private final Category category;
  private final boolean outcomeUnknown;

  KeelsonException(String code, Category category, boolean outcomeUnknown, String message) {
    super(message);
    this.message = message;
    this.code = code;
    this.category = category;
    this.outcomeUnknown = outcomeUnknown;
  }

  /** The same failure with the stack of the thread that asked, for the blocking calls. */
  KeelsonException(KeelsonException cause) {
    super(cause.message, cause);
    this.message = cause.message;
    this.code = cause.code;
    this.category = cause.category;
    this.outcomeUnknown = cause.outcomeUnknown;
  }

  KeelsonException withUnknownOutcome() {
    String doubt =
        message + " The write may or may not have been applied: read the row to find out.";
    return outcomeUnknown ? this : new KeelsonException(code, category, true, doubt);
  }

  /** For reads: whatever happened, nothing was changed. */
  KeelsonException ofRead() {
    return outcomeUnknown ? new KeelsonException(code, category, false, message) : this;
  }

  /** One sentence or more that say what happened and what to do. */
  @Override
  public String getMessage() {
    return message;
  }

  /** A name of the error catalogue, such as {@code TABLE_NOT_FOUND}. */
  public String code() {
    return code;
  }

  public Category category() {
    return category;
  }

  /** Whether the write that failed may have been applied all the same. Always false for reads. */
  public boolean outcomeUnknown() {
    return outcomeUnknown;
  }

  @Override
  public String toString() {
    return code + ": " + message;
  }
}
