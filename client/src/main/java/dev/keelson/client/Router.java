package dev.keelson.client;

import dev.keelson.proto.v1.Answer;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One router as the client sees it. Lives on the event loop.
 *
 * <pre>
 * idle ─► connecting ─► ready ─► (stream ends) ─► backing off ─► connecting …
 * </pre>
 */
final class Router implements MuxStream.Owner {
  /** What a router tells the dispatcher. */
  interface Owner {
    void ready(Router router);

    void answered(Router router, PointOperation operation, Answer answer);

    void lost(
        Router router,
        KeelsonException why,
        List<PointOperation> sent,
        List<PointOperation> unsent);
  }

  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final String name;
  private final ManagedChannel channel;
  private final EventLoop loop;
  private final Owner owner;
  private final Backoff backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);

  private @Nullable MuxStream stream;
  private long connectAt;
  private long lastHeard;
  private int streams;
  private boolean retired;
  private @Nullable KeelsonException lastFailure;

  Router(String name, ManagedChannel channel, EventLoop loop, Owner owner, long now) {
    this.name = name;
    this.channel = channel;
    this.loop = loop;
    this.owner = owner;
    this.connectAt = now;
  }

  String name() {
    return name;
  }

  ManagedChannel channel() {
    return channel;
  }

  Optional<KeelsonException> lastFailure() {
    return Optional.ofNullable(lastFailure);
  }

  boolean isReady() {
    return !retired && stream != null && stream.isReady();
  }

  /** How busy we keep it: operations in flight, and scans and loads under way. */
  int load() {
    return streams + (stream == null ? 0 : stream.load());
  }

  void streamBegan() {
    streams++;
  }

  void streamEnded() {
    streams--;
  }

  /** Connects when there is no connection and the pause after the last failure is over. */
  void connectIfDue(long now) {
    if (stream == null && !retired && now - connectAt >= 0) {
      channel.resetConnectBackoff();
      lastHeard = now;
      MuxStream opened = new MuxStream(channel, loop, this);
      stream = opened;
      opened.open();
    }
  }

  void send(PointOperation operation) {
    if (stream == null) {
      throw new IllegalStateException("router " + name + " is not ready");
    }
    if (!stream.awaitsAnswers()) {
      lastHeard = System.nanoTime();
    }
    stream.add(operation);
  }

  void flush() {
    if (stream != null) {
      stream.flush();
    }
  }

  /** Nanoseconds for which the connection has been in the making. */
  long connectingNanos(long now) {
    return stream == null || stream.isReady() ? 0 : now - lastHeard;
  }

  /** Nanoseconds for which it has owed us answers and sent none at all. */
  long silentNanos(long now) {
    return stream != null && stream.awaitsAnswers() ? now - lastHeard : 0;
  }

  /** Gives the connection up, and what waits on it goes elsewhere. */
  void abandon(String why) {
    if (stream != null) {
      stream.cancel(why);
      // Otherwise a connection that never came about would be waited for again.
      channel.enterIdle();
    }
  }

  /** Takes it out of use; the connection goes when its last operation has ended. */
  void retire() {
    retired = true;
  }

  boolean drained() {
    return retired && load() == 0;
  }

  void close() {
    retired = true;
    channel.shutdownNow();
  }

  @Override
  public void ready(MuxStream of) {
    lastFailure = null;
    owner.ready(this);
  }

  @Override
  public void answered(PointOperation operation, Answer answer) {
    lastHeard = System.nanoTime();
    backoff.reset();
    owner.answered(this, operation, answer);
  }

  @Override
  public void ended(
      MuxStream of,
      Status status,
      Metadata trailers,
      List<PointOperation> sent,
      List<PointOperation> unsent) {
    KeelsonException why = Failures.of(status, trailers, name);
    stream = null;
    lastFailure = why;
    connectAt = System.nanoTime() + backoff.nextNanos();
    owner.lost(this, why, sent, unsent);
  }

  @Override
  public String toString() {
    return name;
  }
}
