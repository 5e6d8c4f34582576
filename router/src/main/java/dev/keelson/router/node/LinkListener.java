package dev.keelson.router.node;

import dev.keelson.core.shard.NodeId;

/** Learns how the links are doing; called on their loops, so that nothing here may take long. */
public interface LinkListener {
  void opened(NodeLink link);

  void broken(NodeLink link);

  /** An answer came that nobody waits for any more. */
  void answeredLate(NodeId node);
}
