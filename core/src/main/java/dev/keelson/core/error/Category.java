package dev.keelson.core.error;

import dev.keelson.proto.v1.ErrorCategory;

/** What a caller may do about an error; decides whether sending the request again makes sense. */
public enum Category {
  /** The request is wrong; sending it again won't help. */
  USER(ErrorCategory.USER),
  /** Somebody else's change got in the way: read again and decide. */
  CONFLICT(ErrorCategory.CONFLICT),
  /** Not now; the same request may go through later. */
  UNAVAILABLE(ErrorCategory.UNAVAILABLE),
  /** A limit was reached: send less, or slower. */
  RESOURCE(ErrorCategory.RESOURCE),
  /** A fault of the database. */
  INTERNAL(ErrorCategory.INTERNAL);

  private final ErrorCategory proto;

  Category(ErrorCategory proto) {
    this.proto = proto;
  }

  public ErrorCategory toProto() {
    return proto;
  }
}
