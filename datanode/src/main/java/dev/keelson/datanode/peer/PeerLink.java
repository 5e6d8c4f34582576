package dev.keelson.datanode.peer;

import dev.keelson.core.shard.NodeId;
import dev.keelson.proto.internal.v1.PeerFrame;
import dev.keelson.proto.internal.v1.PeerMessage;
import io.grpc.Status;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What this node has with one peer: at most one open stream, and what waits for it. */
final class PeerLink {
  private final NodeId peer;
  private final PeerQueue queue;
  private final PeerMetrics metrics;
  private @Nullable PeerStream stream;

  PeerLink(NodeId peer, PeerConfig config, PeerMetrics metrics) {
    this.peer = peer;
    this.queue = new PeerQueue(config);
    this.metrics = metrics;
  }

  NodeId peer() {
    return peer;
  }

  Optional<PeerStream> stream() {
    return Optional.ofNullable(stream);
  }

  boolean isOver(PeerStream candidate) {
    return stream == candidate;
  }

  void attach(PeerStream opened) {
    stream = opened;
  }

  void detach() {
    stream = null;
    queue.clear();
  }

  void offer(PeerMessage message) {
    if (stream == null) {
      metrics.dropped.labels("away").inc();
      return;
    }
    switch (queue.offer(message)) {
      case TAKEN -> metrics.messagesSent.inc();
      case FULL -> metrics.dropped.labels("queue_full").inc();
      case TOO_GREAT -> metrics.dropped.labels("too_great").inc();
    }
  }

  /** Sends while the stream takes more; the rest follows when it says so. */
  void flush() {
    PeerStream open = stream;
    while (open != null && !queue.isEmpty() && open.isReady()) {
      PeerFrame frame = queue.take();
      metrics.framesSent.inc();
      metrics.bytesSent.inc(frame.getSerializedSize());
      open.send(frame);
    }
  }

  void end(Status why) {
    stream().ifPresent(it -> it.end(why));
  }
}
