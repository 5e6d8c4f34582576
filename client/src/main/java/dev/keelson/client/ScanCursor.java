package dev.keelson.client;

import com.google.protobuf.ByteString;
import dev.keelson.client.KeelsonException.Category;
import dev.keelson.proto.v1.ScanResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The answers of a scan, one after the other, for one reading thread. When a stream breaks, another
 * goes on behind the last answer, so the reader sees no gap and no row twice.
 *
 * <p>Back-pressure: the server may be {@link #AHEAD} answers ahead of the reader, no more.
 */
final class ScanCursor<Q> implements AutoCloseable {
  private static final int AHEAD = 2;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  /** A stream may live as long as its reader likes; the server cuts it at its own limit. */
  private static final Duration STREAM_LIFETIME = Duration.ofMinutes(30);

  private final Dispatcher dispatcher;
  private final MethodDescriptor<Q, ScanResponse> method;
  private final Function<ByteString, Q> request;
  private final Duration timeout;
  private final Session session;
  private final Backoff backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);

  private ByteString continuation;
  private @Nullable Stream<Q> stream;
  private @Nullable Router lastTried;
  private @Nullable KeelsonException lastFailure;
  private @Nullable KeelsonException fatal;
  private boolean finished;

  /**
   * @param request the request that goes on at a continuation
   * @param target whose timeout is how long the reader waits for one answer
   */
  ScanCursor(
      Dispatcher dispatcher,
      MethodDescriptor<Q, ScanResponse> method,
      Function<ByteString, Q> request,
      ByteString continuation,
      TableTarget target) {
    this.dispatcher = dispatcher;
    this.method = method;
    this.request = request;
    this.continuation = continuation;
    this.timeout = target.timeout();
    this.session = target.session();
  }

  /** Waits for the next answer; empty at the end of the scan. */
  Optional<ScanResponse> next() {
    if (fatal != null) {
      throw new KeelsonException(fatal);
    }
    long deadline = System.nanoTime() + timeout.toNanos();
    while (!finished) {
      Event event = stream(deadline).next(deadline);
      if (event.response != null) {
        return Optional.of(progressed(event.response));
      }
      ended(event, deadline);
    }
    return Optional.empty();
  }

  private ScanResponse progressed(ScanResponse response) {
    session.saw(response.getServed());
    continuation = response.getContinuation();
    backoff.reset();
    lastFailure = null;
    if (continuation.isEmpty()) {
      close();
    }
    return response;
  }

  private void ended(Event event, long deadline) {
    KeelsonException why = event.failure;
    closeStream();
    if (why == null) {
      // The server ended the stream although the last answer says that there is more: ask for it.
      why = Failures.unreachable("The router ended the scan early.");
    }
    why = why.ofRead();
    lastFailure = why;
    long pause = backoff.nextNanos();
    boolean inTime = System.nanoTime() + pause - deadline < 0;
    if (!passes(why) || !inTime) {
      fatal = why;
      throw new KeelsonException(why);
    }
    pause(pause);
  }

  /** A router gives up a scan that is read slowly, which is no reason for us to end it. */
  private static boolean passes(KeelsonException why) {
    return why.category() == Category.UNAVAILABLE || why.code().equals("CANCELLED");
  }

  private static void pause(long nanos) {
    try {
      TimeUnit.NANOSECONDS.sleep(nanos);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw Failures.interrupted();
    }
  }

  private Stream<Q> stream(long deadline) {
    if (stream == null) {
      RouterWait wait = new RouterWait(deadline);
      if (lastFailure != null) {
        wait.failedAt(lastTried, lastFailure);
      }
      dispatcher.submit(wait);
      Router router = Blocking.await(wait.router(), dispatcher.loop());
      lastTried = router;
      stream = new Stream<>(dispatcher, router, method);
      stream.open(request.apply(continuation));
    }
    return stream;
  }

  /** Where to go on behind what {@link #next} gave; empty when the scan is finished. */
  ByteString continuation() {
    return continuation;
  }

  private void closeStream() {
    Stream<Q> open = stream;
    stream = null;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public void close() {
    finished = true;
    closeStream();
  }

  /** An answer, or the end: with a failure, or without. */
  private record Event(@Nullable ScanResponse response, @Nullable KeelsonException failure) {}

  private static final class Stream<Q> extends ClientCall.Listener<ScanResponse> {
    private final Dispatcher dispatcher;
    private final Router router;
    private final ClientCall<Q, ScanResponse> call;

    /** Never full: as many answers as were asked for, and one end. */
    private final BlockingQueue<Event> events = new ArrayBlockingQueue<>(AHEAD + 1);

    private volatile boolean closed;

    Stream(Dispatcher dispatcher, Router router, MethodDescriptor<Q, ScanResponse> method) {
      this.dispatcher = dispatcher;
      this.router = router;
      this.call =
          router
              .channel()
              .newCall(
                  method,
                  CallOptions.DEFAULT.withDeadlineAfter(
                      STREAM_LIFETIME.toNanos(), TimeUnit.NANOSECONDS));
    }

    void open(Q request) {
      dispatcher.execute(router::streamBegan);
      call.start(this, new Metadata());
      call.request(AHEAD);
      call.sendMessage(request);
      call.halfClose();
    }

    Event next(long deadline) {
      try {
        Event event = events.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (event == null) {
          return new Event(
              null,
              Failures.deadline("The router " + router + " sent no rows within the time.", false));
        }
        if (event.response != null) {
          call.request(1);
        }
        return event;
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        close();
        throw Failures.interrupted();
      }
    }

    void close() {
      closed = true;
      call.cancel("the reader needs no more", null);
    }

    @Override
    public void onMessage(ScanResponse response) {
      if (!closed) {
        events.add(new Event(response, null));
      }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      dispatcher.execute(router::streamEnded);
      if (!closed) {
        events.add(
            new Event(null, status.isOk() ? null : Failures.of(status, trailers, router.name())));
      }
    }
  }
}
