package dev.keelson.core.error;

/** The gRPC status codes that the catalogue uses, by the names that gRPC gives them. */
public enum GrpcCode {
  ABORTED,
  ALREADY_EXISTS,
  CANCELLED,
  DATA_LOSS,
  DEADLINE_EXCEEDED,
  FAILED_PRECONDITION,
  INTERNAL,
  INVALID_ARGUMENT,
  NOT_FOUND,
  RESOURCE_EXHAUSTED,
  UNAVAILABLE,
  UNIMPLEMENTED,
  UNKNOWN
}
