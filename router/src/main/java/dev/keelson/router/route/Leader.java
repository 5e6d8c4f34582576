package dev.keelson.router.route;

import dev.keelson.core.shard.NodeId;
import dev.keelson.proto.internal.v1.NodeError;
import org.jspecify.annotations.Nullable;

/** Who leads a shard in a term. */
record Leader(NodeId node, long term) {

  /** The hint in a node's refusal; a node that names none, or nonsense, gives none. */
  static @Nullable Leader namedBy(NodeError error) {
    String name = error.getLeader();
    if (name.isEmpty()) {
      return null;
    }
    try {
      return new Leader(new NodeId(name), error.getLeaderTerm());
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
