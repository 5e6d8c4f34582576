package dev.keelson.datanode.peer;

import dev.keelson.proto.internal.v1.Hello;
import dev.keelson.proto.internal.v1.PeerFrame;
import io.grpc.Status;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One stream, seen from either side. All calls come on the loop of the links.
 *
 * <pre>
 *   WAITING ──hello──► OPEN ──► CLOSED
 *      └────────────────────────►
 * </pre>
 */
final class PeerStream {
  /** A gRPC call, as caller or as called. */
  interface Wire {
    void send(PeerFrame frame);

    boolean isReady();

    /** Lets the other side send so many frames more. */
    void request(int frames);

    void end(Status why);
  }

  /** What the links do with a stream. */
  interface Events {
    /** The first frame, with or without a hello. */
    void hello(PeerStream stream, Hello hello);

    void frame(PeerStream stream, PeerFrame frame);

    void ready(PeerStream stream);

    void closed(PeerStream stream, Status why);
  }

  private enum State {
    /** The other side has not said who it is. */
    WAITING,
    OPEN,
    CLOSED
  }

  private final Wire wire;
  private final Events events;
  private State state = State.WAITING;
  private long peerBoot;
  private @Nullable PeerLink link;

  PeerStream(Wire wire, Events events) {
    this.wire = wire;
    this.events = events;
  }

  boolean isWaiting() {
    return state == State.WAITING;
  }

  boolean isClosed() {
    return state == State.CLOSED;
  }

  long peerBoot() {
    return peerBoot;
  }

  /** The link that it was attached to, even if another stream has replaced it there. */
  Optional<PeerLink> link() {
    return Optional.ofNullable(link);
  }

  void open(PeerLink attached, long boot) {
    link = attached;
    peerBoot = boot;
    state = State.OPEN;
  }

  boolean isReady() {
    return state != State.CLOSED && wire.isReady();
  }

  void send(PeerFrame frame) {
    if (state != State.CLOSED) {
      wire.send(frame);
    }
  }

  void received(PeerFrame frame) {
    if (state == State.WAITING) {
      events.hello(this, frame.getHello());
    }
    if (state == State.OPEN) {
      events.frame(this, frame);
      wire.request(1);
    }
  }

  void ready() {
    if (state == State.OPEN) {
      events.ready(this);
    }
  }

  /** Ends it from this side; the links hear of it at once. */
  void end(Status why) {
    if (state != State.CLOSED) {
      wire.end(why);
      closed(why);
    }
  }

  /** The other side or the network has ended it. */
  void closed(Status why) {
    if (state != State.CLOSED) {
      state = State.CLOSED;
      events.closed(this, why);
    }
  }
}
