package dev.keelson.datanode.rpc;

import dev.keelson.proto.internal.v1.NodeAnswer;
import dev.keelson.proto.internal.v1.NodeCall;
import java.util.function.Consumer;

/** Where calls of routers are carried out. */
@FunctionalInterface
public interface NodeCalls {
  /**
   * Any thread.
   *
   * @param answer called once for each call, on the loop's thread
   */
  void call(NodeCall call, Consumer<NodeAnswer> answer);
}
