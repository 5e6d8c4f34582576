package dev.keelson.router.node;

import dev.keelson.proto.internal.v1.NodeCall;
import java.util.concurrent.TimeUnit;

/** A request that was taken by a link and has had no ending yet. */
final class InFlight {
  final int shard;
  final NodeRequest request;
  final long deadlineNanos;
  final NodeReply reply;
  final long id;
  boolean sent;

  InFlight(long id, int shard, NodeRequest request, long deadlineNanos, NodeReply reply) {
    this.id = id;
    this.shard = shard;
    this.request = request;
    this.deadlineNanos = deadlineNanos;
    this.reply = reply;
  }

  NodeCall toCall(long nowNanos) {
    long millis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - nowNanos);
    NodeCall.Builder call =
        NodeCall.newBuilder()
            .setId(id)
            .setShard(shard)
            .setDeadlineMillis((int) Math.max(1, Math.min(millis, Integer.MAX_VALUE)));
    request.fill(call);
    return call.build();
  }
}
