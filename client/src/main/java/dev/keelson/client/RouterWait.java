package dev.keelson.client;

import java.util.concurrent.CompletableFuture;

/** Waits for a router that answers: what unary calls and streams begin with. */
final class RouterWait extends Operation {
  private final CompletableFuture<Router> router = new CompletableFuture<>();

  RouterWait(long deadline) {
    super(deadline);
  }

  CompletableFuture<Router> router() {
    return router;
  }

  void found(Router found) {
    if (finish()) {
      router.complete(found);
    }
  }

  @Override
  void fail(KeelsonException why) {
    if (finish()) {
      router.completeExceptionally(why);
    }
  }

  @Override
  void expire() {
    fail(Failures.deadline("The time is over." + because(), false));
  }
}
