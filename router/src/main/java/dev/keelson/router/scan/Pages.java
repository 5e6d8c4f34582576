package dev.keelson.router.scan;

import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.key.KeyRange;
import dev.keelson.core.limit.Limits;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.NodeAnswer;
import dev.keelson.proto.internal.v1.ScanPage;
import dev.keelson.router.node.NodeRequest;
import dev.keelson.router.request.ReadNeeds;
import dev.keelson.router.request.ServedBy;
import dev.keelson.router.route.ShardCalls;
import dev.keelson.router.route.ShardReply;
import dev.keelson.router.route.Target;
import java.util.concurrent.CompletableFuture;

/** Fetches pages of rows from shards. */
final class Pages {
  private final ShardCalls calls;
  private final Limits limits;

  Pages(ShardCalls calls, Limits limits) {
    this.calls = calls;
    this.limits = limits;
  }

  /**
   * What to read.
   *
   * @param wanted rows that are still wanted, 0 for all; a page may have fewer
   */
  record Order(
      Target target,
      KeyRange range,
      boolean reverse,
      long wanted,
      ReadNeeds needs,
      boolean countOnly) {}

  /** A page is small work: it gets the deadline of a point read, whatever the scan's own one. */
  CompletableFuture<Page> fetch(Order order, long scanDeadlineNanos) {
    long pageDeadline = System.nanoTime() + limits.defaultDeadline().toNanos();
    long deadline = pageDeadline - scanDeadlineNanos < 0 ? pageDeadline : scanDeadlineNanos;
    NodeRequest request = new NodeRequest.Page(toScanPage(order), order.needs().seen());
    CompletableFuture<Page> page = new CompletableFuture<>();
    order.needs().send(calls, order.target(), request, deadline, new PageReply(page));
    return page;
  }

  private ScanPage toScanPage(Order order) {
    long rows =
        order.wanted() == 0 ? limits.pageRows() : Math.min(order.wanted(), limits.pageRows());
    ScanPage.Builder page =
        ScanPage.newBuilder()
            .setLower(order.range().lower())
            .setUpper(order.range().upper())
            .setReverse(order.reverse())
            .setLimit((int) rows)
            .setOptions(order.needs().options())
            .setCountOnly(order.countOnly());
    if (order.target() instanceof Target.Partition partition) {
      page.setPartitionHash(partition.hash());
    }
    return page.build();
  }

  private record PageReply(CompletableFuture<Page> page) implements ShardReply {
    @Override
    public void answered(NodeAnswer answer, NodeId node, ShardId shard, boolean uncertainBefore) {
      if (answer.hasPage()) {
        page.complete(Page.of(answer, node, shard));
      } else {
        page.completeExceptionally(ServedBy.confused(node, "a scan", answer));
      }
    }

    @Override
    public void failed(DatabaseException why) {
      page.completeExceptionally(why);
    }

    @Override
    public boolean abandoned() {
      return page.isCancelled();
    }
  }
}
