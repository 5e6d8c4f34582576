package dev.keelson.datanode.journal;

import dev.keelson.core.replication.LogEntry;
import dev.keelson.core.replication.ReplicaState;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.Entry;
import java.util.ArrayList;
import java.util.List;

/**
 * What one turn of a loop wants durable, in order. A crash may keep any beginning of it: a batch is
 * no transaction.
 *
 * <p>An entry at an index cancels all of its shard at or above that index (R18).
 */
public final class JournalBatch {
  /** One wish; kept in the order in which they were made. */
  sealed interface Item {
    ShardId shard();

    record OfEntry(ShardId shard, LogEntry entry) implements Item {}

    record OfState(ShardId shard, ReplicaState state) implements Item {}

    record OfReset(ShardId shard, ReplicaState state) implements Item {}

    record OfDrop(ShardId shard) implements Item {}
  }

  private final List<Item> items;
  private final int entryBytes;

  private JournalBatch(List<Item> items, int entryBytes) {
    this.items = items;
    this.entryBytes = entryBytes;
  }

  public static JournalBatch ofDrop(ShardId shard) {
    return new JournalBatch(List.of(new Item.OfDrop(shard)), 0);
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Refuses what the journal couldn't give back. */
  void check(JournalConfig config) {
    for (Item item : items) {
      if (item instanceof Item.OfEntry(ShardId shard, LogEntry entry)
          && (entry.payload().size() > config.maxPayloadBytes()
              || entry.kind() == Entry.Kind.UNRECOGNIZED)) {
        throw new IllegalArgumentException(
            "%s: entry %d of kind %s with %d bytes, the limit is %d"
                .formatted(
                    shard,
                    entry.index(),
                    entry.kind(),
                    entry.payload().size(),
                    config.maxPayloadBytes()));
      }
    }
  }

  List<Item> items() {
    return items;
  }

  /**
   * What its entries take in the queue; 0 if it has none, which makes it welcome on a full disk.
   */
  int entryBytes() {
    return entryBytes;
  }

  /** Gathers a batch; used by one thread. */
  public static final class Builder {
    private final List<Item> items = new ArrayList<>();
    private int entryBytes;

    private Builder() {}

    public Builder entry(ShardId shard, LogEntry entry) {
      items.add(new Item.OfEntry(shard, entry));
      entryBytes = Math.addExact(entryBytes, entry.cost());
      return this;
    }

    /**
     * The replica's state from here on. A base above the former one releases the entries up to it,
     * which the log must have; see {@link #reset} for a log that begins anew.
     */
    public Builder state(ShardId shard, ReplicaState state) {
      items.add(new Item.OfState(shard, state));
      return this;
    }

    /** Forgets all entries: the log is empty and begins behind {@code state.base()}. */
    public Builder reset(ShardId shard, ReplicaState state) {
      items.add(new Item.OfReset(shard, state));
      return this;
    }

    public boolean isEmpty() {
      return items.isEmpty();
    }

    public JournalBatch build() {
      return new JournalBatch(List.copyOf(items), entryBytes);
    }
  }
}
