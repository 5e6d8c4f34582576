package dev.keelson.router.load;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What a load writes to one shard: a session, and the partitions that have rows to send. */
final class ShardLoad {
  final LoadSession session;
  private final int greatestUnderWay;
  private final int window;
  private final ArrayDeque<PartitionRows> ready = new ArrayDeque<>();
  private int underWay;

  ShardLoad(LoadSession session, int greatestUnderWay, int window) {
    this.session = session;
    this.greatestUnderWay = greatestUnderWay;
    this.window = window;
  }

  /** Queues a partition unless it is queued, or has a command under way, or has no rows. */
  void offer(PartitionRows partition) {
    if (!partition.queued && !partition.commandUnderWay && !partition.isEmpty()) {
      partition.queued = true;
      ready.add(partition);
    }
  }

  /** The next partition whose rows may be sent now. */
  @Nullable PartitionRows begin() {
    if (ready.isEmpty() || underWay >= greatestUnderWay || !session.hasRoom(window)) {
      return null;
    }
    PartitionRows next = ready.remove();
    next.queued = false;
    next.commandUnderWay = true;
    underWay++;
    return next;
  }

  void end(PartitionRows partition) {
    partition.commandUnderWay = false;
    underWay--;
    offer(partition);
  }
}
