package dev.keelson.router.scan;

import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.NodeAnswer;
import dev.keelson.proto.internal.v1.PageScanned;
import dev.keelson.proto.v1.Served;
import dev.keelson.router.request.ReadNeeds;
import dev.keelson.router.request.ServedBy;

/** Rows that a replica answered, and who it was. */
record Page(PageScanned rows, Served served) {

  /** What a page that follows this one must show too, lest the scan go back in time. */
  ReadNeeds needsBehind(ReadNeeds needs) {
    return needs.having(new ShardId(served.getShard()), served.getIndex());
  }

  static Page of(NodeAnswer answer, NodeId node, ShardId shard) {
    return new Page(answer.getPage(), ServedBy.of(answer, node, shard));
  }
}
