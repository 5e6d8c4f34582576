package dev.keelson.datanode.peer;

import dev.keelson.core.shard.NodeId;
import dev.keelson.datanode.peer.EtcdWitness.Seen;
import dev.keelson.proto.internal.v1.EtcdSeen;
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
  private final EtcdWitness witness;
  private @Nullable PeerStream stream;

  /** What the peer was told of etcd. */
  private Seen told = Seen.NOTHING;

  private boolean beats;

  PeerLink(NodeId peer, PeerConfig config, EtcdWitness witness, PeerMetrics metrics) {
    this.peer = peer;
    this.queue = new PeerQueue(config);
    this.witness = witness;
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
    told = Seen.NOTHING;
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
    beats |= message.hasHeartbeat() || message.hasHeartbeatAck();
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
      PeerFrame frame = withNews(queue.take());
      metrics.framesSent.inc();
      metrics.bytesSent.inc(frame.getSerializedSize());
      open.send(frame);
    }
  }

  /** As often as heartbeats go, the peer learns what was seen of etcd since (R14). */
  private PeerFrame withNews(PeerFrame frame) {
    if (!beats) {
      return frame;
    }
    beats = false;
    Seen seen = witness.seen();
    if (seen.equals(told)) {
      return frame;
    }
    told = seen;
    return frame.toBuilder()
        .setEtcd(EtcdSeen.newBuilder().setClusterId(seen.storeId()).setRevision(seen.revision()))
        .build();
  }

  void end(Status why) {
    stream().ifPresent(it -> it.end(why));
  }
}
