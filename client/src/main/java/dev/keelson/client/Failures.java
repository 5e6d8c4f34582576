package dev.keelson.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.keelson.client.KeelsonException.Category;
import dev.keelson.proto.v1.Error;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Optional;

/** What goes wrong, from the wire and within the client, as {@link KeelsonException}s. */
final class Failures {
  static final String SESSION_EXPIRED = "SESSION_EXPIRED";
  static final String DEADLINE = "DEADLINE_EXCEEDED";

  private static final Metadata.Key<byte[]> DETAILS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private Failures() {}

  static KeelsonException of(Error error) {
    String code = error.getCode().isEmpty() ? "UNKNOWN_ERROR" : error.getCode();
    Category category =
        switch (error.getCategory()) {
          case USER -> Category.USER;
          case CONFLICT -> Category.CONFLICT;
          case UNAVAILABLE -> Category.UNAVAILABLE;
          case RESOURCE -> Category.RESOURCE;
          case INTERNAL, ERROR_CATEGORY_UNSPECIFIED, UNRECOGNIZED -> Category.INTERNAL;
        };
    return new KeelsonException(code, category, error.getOutcomeUnknown(), error.getMessage());
  }

  /** The end of a call. Without details nobody knows whether the server carried it out. */
  static KeelsonException of(Status status, Metadata trailers, String router) {
    return details(trailers).map(Failures::of).orElseGet(() -> ofStatus(status, router));
  }

  private static Optional<Error> details(Metadata trailers) {
    byte[] bytes = trailers.get(DETAILS);
    if (bytes == null) {
      return Optional.empty();
    }
    try {
      for (Any any : com.google.rpc.Status.parseFrom(bytes).getDetailsList()) {
        if (any.is(Error.class)) {
          return Optional.of(any.unpack(Error.class));
        }
      }
      return Optional.empty();
    } catch (InvalidProtocolBufferException garbage) {
      return Optional.empty();
    }
  }

  private static KeelsonException ofStatus(Status status, String router) {
    String cause = status.getCause() == null ? "" : ": " + rootOf(status.getCause());
    String unsaid = status.isOk() ? "it ended the stream" : "no reason given";
    String said = Optional.ofNullable(status.getDescription()).orElse(unsaid) + cause;
    return switch (status.getCode()) {
      case UNAVAILABLE, CANCELLED, OK, ABORTED, UNKNOWN ->
          new KeelsonException(
              "ROUTER_UNAVAILABLE",
              Category.UNAVAILABLE,
              true,
              "The connection to the router " + router + " failed: " + sentence(said));
      case DEADLINE_EXCEEDED -> deadline("The router " + router + " did not answer in time.", true);
      case RESOURCE_EXHAUSTED ->
          new KeelsonException("ROUTER_OVERLOADED", Category.RESOURCE, true, sentence(said));
      case INVALID_ARGUMENT,
          NOT_FOUND,
          ALREADY_EXISTS,
          PERMISSION_DENIED,
          FAILED_PRECONDITION,
          OUT_OF_RANGE,
          UNAUTHENTICATED ->
          new KeelsonException(status.getCode().name(), Category.USER, true, sentence(said));
      case UNIMPLEMENTED ->
          new KeelsonException(
              "UNIMPLEMENTED",
              Category.USER,
              false,
              "The server at "
                  + router
                  + " is no Keelson router, or one of another version: "
                  + sentence(said));
      case INTERNAL, DATA_LOSS ->
          new KeelsonException("ROUTER_FAILED", Category.INTERNAL, true, sentence(said));
    };
  }

  private static String rootOf(Throwable thrown) {
    Throwable root = thrown;
    // Bounded, because a chain of causes may be a ring.
    for (int i = 0; i < 20 && root.getCause() != null; i++) {
      root = root.getCause();
    }
    return Optional.ofNullable(root.getMessage()).orElse(root.getClass().getSimpleName());
  }

  private static String sentence(String said) {
    return said.endsWith(".") ? said : said + ".";
  }

  static KeelsonException deadline(String message, boolean outcomeUnknown) {
    return new KeelsonException("DEADLINE_EXCEEDED", Category.UNAVAILABLE, outcomeUnknown, message);
  }

  static KeelsonException unreachable(String message) {
    return new KeelsonException("ROUTER_UNAVAILABLE", Category.UNAVAILABLE, false, message);
  }

  static KeelsonException garbage(String what) {
    return new KeelsonException(
        "BAD_ANSWER", Category.INTERNAL, false, "The router answered with " + what + ".");
  }

  static KeelsonException outcomeUnknown(KeelsonException why) {
    return new KeelsonException(
            "OUTCOME_UNKNOWN", Category.UNAVAILABLE, false, "No answer came: " + why.getMessage())
        .withUnknownOutcome();
  }

  static KeelsonException closed() {
    return new KeelsonException(
        "CLIENT_CLOSED", Category.UNAVAILABLE, false, "The client has been closed.");
  }

  static KeelsonException tooManyInFlight(String limit) {
    return new KeelsonException(
        "CLIENT_OVERLOADED",
        Category.RESOURCE,
        false,
        "The client has "
            + limit
            + " in flight, its limit: wait for answers before asking more, or raise the limit.");
  }

  static KeelsonException tooLarge(int bytes, int maxBytes) {
    return new KeelsonException(
        "REQUEST_TOO_LARGE",
        Category.USER,
        false,
        "The request has " + bytes + " bytes; at most " + maxBytes + " can be sent at once.");
  }

  static KeelsonException interrupted() {
    return new KeelsonException(
        "INTERRUPTED",
        Category.UNAVAILABLE,
        false,
        "The thread was interrupted while it waited for the answer.");
  }
}
