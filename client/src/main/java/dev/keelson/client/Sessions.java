package dev.keelson.client;

import dev.keelson.proto.v1.DatabaseGrpc;
import dev.keelson.proto.v1.OpenSessionRequest;
import dev.keelson.proto.v1.OpenSessionResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Opens a session when the first write needs one, when the server forgot it, and when no session
 * has room for one more write. Lives on the event loop.
 */
final class Sessions {
  private final UnaryCalls unary;
  private final Duration timeout;
  private final Consumer<List<PointOperation>> resume;

  private final List<WriteSession> open = new ArrayList<>();
  private List<PointOperation> waiting = new ArrayList<>();
  private boolean opening;

  Sessions(UnaryCalls unary, Duration timeout, Consumer<List<PointOperation>> resume) {
    this.unary = unary;
    this.timeout = timeout;
    this.resume = resume;
  }

  /** Whether the write has a name now; else it comes back by itself when there is a session. */
  boolean join(PointOperation operation) {
    if (operation.session() != null) {
      return true;
    }
    WriteSession session = withRoom();
    if (session == null) {
      waiting.add(operation);
      openAnother();
      return false;
    }
    session.join(operation);
    return true;
  }

  private @Nullable WriteSession withRoom() {
    // The first as long as it will do: the others are for bursts.
    for (WriteSession session : open) {
      if (session.hasRoom()) {
        return session;
      }
    }
    return null;
  }

  /** The server does not know the operation's session any more. */
  void expired(PointOperation operation) {
    open.remove(operation.session());
    if (!operation.maybeApplied()) {
      operation.leaveSession();
    }
  }

  private void openAnother() {
    if (opening) {
      return;
    }
    opening = true;
    var unused =
        unary
            .repeatable(
                DatabaseGrpc.getOpenSessionMethod(),
                OpenSessionRequest.getDefaultInstance(),
                timeout)
            .whenComplete(
                (response, failure) -> unary.dispatcher().execute(() -> opened(response, failure)));
  }

  private void opened(@Nullable OpenSessionResponse response, @Nullable Throwable failure) {
    opening = false;
    List<PointOperation> waited = waiting;
    waiting = new ArrayList<>();
    if (response != null) {
      open.add(new WriteSession(response.getSession()));
      resume.accept(waited);
    } else if (failure != null) {
      openingFailed(waited, Blocking.unwrap(failure));
    }
  }

  private void openingFailed(List<PointOperation> waited, KeelsonException why) {
    boolean again = why.code().equals(Failures.DEADLINE);
    for (PointOperation operation : waited) {
      operation.failedAt(null, why);
      if (!again) {
        operation.fail(why);
      }
    }
    if (again) {
      // Those whose own time is not over yet ask once more.
      resume.accept(waited.stream().filter(operation -> !operation.finished()).toList());
    }
  }
}
