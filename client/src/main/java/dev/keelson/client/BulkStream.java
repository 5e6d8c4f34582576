package dev.keelson.client;

import dev.keelson.proto.v1.BulkLoadRequest;
import dev.keelson.proto.v1.BulkLoadResponse;
import dev.keelson.proto.v1.DatabaseGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One {@code BulkLoad} call; what it hears waits in a queue for the loading thread. */
final class BulkStream extends ClientCall.Listener<BulkLoadResponse> {
  enum Kind {
    /** The time was over. */
    NOTHING,
    /** More can be sent. */
    READY,
    ANSWER,
    ENDED
  }

  /** Something heard. {@code failure} is null when the stream ended well. */
  record Event(Kind kind, BulkLoadResponse response, @Nullable KeelsonException failure) {
    static Event of(Kind kind) {
      return new Event(kind, BulkLoadResponse.getDefaultInstance(), null);
    }
  }

  private static final long LIFETIME_MINUTES = 55;
  private static final int READY_BELOW_BYTES = 1 << 20;
  private static final int ANSWERS_AHEAD = 32;

  private final Dispatcher dispatcher;
  private final Router router;
  private final ClientCall<BulkLoadRequest, BulkLoadResponse> call;

  /** Holds no more answers than were asked for, one end, and one READY. */
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

  private volatile boolean readyQueued;

  BulkStream(Dispatcher dispatcher, Router router) {
    this.dispatcher = dispatcher;
    this.router = router;
    this.call =
        router
            .channel()
            .newCall(
                DatabaseGrpc.getBulkLoadMethod(),
                CallOptions.DEFAULT
                    .withOnReadyThreshold(READY_BELOW_BYTES)
                    .withDeadlineAfter(LIFETIME_MINUTES, TimeUnit.MINUTES));
  }

  void open(BulkLoadRequest header) {
    dispatcher.execute(router::streamBegan);
    call.start(this, new Metadata());
    call.request(ANSWERS_AHEAD);
    call.sendMessage(header);
  }

  boolean isReady() {
    return call.isReady();
  }

  void send(BulkLoadRequest rows) {
    call.sendMessage(rows);
  }

  void halfClose() {
    call.halfClose();
  }

  void cancel() {
    call.cancel("the load was given up", null);
  }

  /** What has been heard already, if anything. */
  Optional<Event> pollEvent() {
    return Optional.ofNullable(events.poll()).map(this::taken);
  }

  Event awaitEvent(long nanos) {
    try {
      Event event = events.poll(nanos, TimeUnit.NANOSECONDS);
      return event == null ? Event.of(Kind.NOTHING) : taken(event);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      cancel();
      throw Failures.interrupted();
    }
  }

  private Event taken(Event event) {
    if (event.kind() == Kind.READY) {
      readyQueued = false;
    } else if (event.kind() == Kind.ANSWER) {
      call.request(1);
    }
    return event;
  }

  @Override
  public void onReady() {
    if (!readyQueued) {
      readyQueued = true;
      events.add(Event.of(Kind.READY));
    }
  }

  @Override
  public void onMessage(BulkLoadResponse response) {
    events.add(new Event(Kind.ANSWER, response, null));
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    dispatcher.execute(router::streamEnded);
    KeelsonException failure = status.isOk() ? null : Failures.of(status, trailers, router.name());
    events.add(new Event(Kind.ENDED, BulkLoadResponse.getDefaultInstance(), failure));
  }
}
