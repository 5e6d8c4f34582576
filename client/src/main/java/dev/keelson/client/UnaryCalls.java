package dev.keelson.client;

import dev.keelson.client.KeelsonException.Category;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Calls outside the multiplexed stream: schema, sessions, the state of the cluster. */
final class UnaryCalls {
  private enum Kind {
    READ,
    REPEATABLE,
    ONCE
  }

  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private final Dispatcher dispatcher;

  UnaryCalls(Dispatcher dispatcher) {
    this.dispatcher = dispatcher;
  }

  Dispatcher dispatcher() {
    return dispatcher;
  }

  /** A call that changes nothing. */
  <Q, R> CompletableFuture<R> read(MethodDescriptor<Q, R> method, Q request, Duration timeout) {
    return new Attempts<>(method, request, timeout, Kind.READ).begin();
  }

  /** A call that does no harm when it is carried out twice. */
  <Q, R> CompletableFuture<R> repeatable(
      MethodDescriptor<Q, R> method, Q request, Duration timeout) {
    return new Attempts<>(method, request, timeout, Kind.REPEATABLE).begin();
  }

  /** A call that is sent again only when it is known that it was not carried out. */
  <Q, R> CompletableFuture<R> once(MethodDescriptor<Q, R> method, Q request, Duration timeout) {
    return new Attempts<>(method, request, timeout, Kind.ONCE).begin();
  }

  private final class Attempts<Q, R> {
    private final MethodDescriptor<Q, R> method;
    private final Q request;
    private final long deadline;
    private final Kind kind;
    private final Backoff backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
    private final CompletableFuture<R> result = new CompletableFuture<>();
    private @Nullable KeelsonException lastFailure;
    private @Nullable Router lastTried;

    Attempts(MethodDescriptor<Q, R> method, Q request, Duration timeout, Kind kind) {
      this.method = method;
      this.request = request;
      this.deadline = System.nanoTime() + timeout.toNanos();
      this.kind = kind;
    }

    CompletableFuture<R> begin() {
      RouterWait wait = new RouterWait(deadline);
      if (lastFailure != null) {
        wait.failedAt(lastTried, lastFailure);
      }
      var unused =
          wait.router()
              .whenComplete(
                  (router, failure) -> {
                    if (router != null) {
                      attempt(router);
                    } else {
                      result.completeExceptionally(Blocking.unwrap(failure));
                    }
                  });
      dispatcher.submit(wait);
      return result;
    }

    private void attempt(Router router) {
      long left = Math.max(1, deadline - System.nanoTime());
      ClientCall<Q, R> call =
          router
              .channel()
              .newCall(method, CallOptions.DEFAULT.withDeadlineAfter(left, TimeUnit.NANOSECONDS));
      call.start(new OneAnswer(router), new Metadata());
      call.sendMessage(request);
      call.halfClose();
      call.request(2);
    }

    private void ended(Router router, KeelsonException why) {
      lastFailure = why;
      lastTried = router;
      long pause = backoff.nextNanos();
      boolean may = kind != Kind.ONCE || !why.outcomeUnknown();
      boolean timeLeft = System.nanoTime() + pause - deadline < 0;
      if (dispatcher.closed()) {
        result.completeExceptionally(Failures.closed());
      } else if (why.category() == Category.UNAVAILABLE && may && timeLeft) {
        again(pause);
      } else {
        result.completeExceptionally(kind == Kind.READ ? why.ofRead() : why);
      }
    }

    private void again(long pause) {
      Runnable task =
          () -> {
            var unused = begin();
          };
      var unused = dispatcher.loop().schedule(task, pause, TimeUnit.NANOSECONDS);
    }

    private final class OneAnswer extends ClientCall.Listener<R> {
      private final Router router;
      private @Nullable R answer;

      OneAnswer(Router router) {
        this.router = router;
      }

      @Override
      public void onMessage(R message) {
        answer = message;
      }

      @Override
      public void onClose(Status status, Metadata trailers) {
        R complete = answer;
        if (status.isOk() && complete != null) {
          result.complete(complete);
        } else {
          dispatcher.execute(() -> ended(router, Failures.of(status, trailers, router.name())));
        }
      }
    }
  }
}
