package dev.keelson.datanode.rpc;

import dev.keelson.proto.internal.v1.DescribeNodeResponse;

/** Says how the node is. May block, and is called on a thread that may. */
@FunctionalInterface
public interface NodeDescription {
  DescribeNodeResponse describe() throws Exception;
}
