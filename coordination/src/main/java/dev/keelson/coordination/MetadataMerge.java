package dev.keelson.coordination;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.keelson.coordination.MetadataStore.Change;
import dev.keelson.coordination.MetadataStore.Entry;
import dev.keelson.coordination.MetadataStore.Guard;
import dev.keelson.coordination.MetadataStore.Listing;
import dev.keelson.coordination.MetadataStore.Swap;
import dev.keelson.core.schema.DroppedTables;
import dev.keelson.proto.internal.v1.CounterRecord;
import dev.keelson.proto.internal.v1.DroppedTablesRecord;
import dev.keelson.proto.internal.v1.KeyspaceRecord;
import dev.keelson.proto.internal.v1.ShardRecord;
import dev.keelson.proto.internal.v1.TableRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What an adopted store lacks of what a node remembers of it (R14). Each record has its own idea of
 * what is newer, so that the copies of all nodes may be merged in any order:
 *
 * <pre>
 *   counters/*       the greater one, and a margin for what was given out since the copy
 *   dropped-tables   both: an id that was dropped once is nobody's for ever
 *   keyspaces/*      the one with the greater id
 *   tables/*         the one with the greater id, unless it was dropped
 *   shards/*         the one of the later term; of one term, the one whose voters no longer change
 *   all others       as the store has them: nodes write their own, and people see drains
 * </pre>
 *
 * What the store has and the copy lacks stays, unless it is a table that was dropped, or that has
 * the id of another one.
 */
public final class MetadataMerge {
  /** More than is given out while a copy is not yet written. */
  private static final long MARGIN = 1_000;

  private static final long SESSIONS_MARGIN = 1_000L * SessionNumbers.BLOCK;

  private final Map<String, Entry> store;
  private final Map<String, Entry> copy;
  private final DroppedTables dropped;

  private MetadataMerge(Listing store, Listing copy) throws InvalidProtocolBufferException {
    this.store = byKey(store);
    this.copy = byKey(copy);
    dropped = dropped(this.store).with(dropped(this.copy));
  }

  private static Map<String, Entry> byKey(Listing listing) {
    return listing.entries().stream()
        .collect(
            Collectors.toMap(
                Entry::key, Function.identity(), (first, second) -> second, TreeMap::new));
  }

  /**
   * One swap for each record that must change, guarded by what the store has there.
   *
   * @throws InvalidProtocolBufferException when a record can't be read, here or there
   */
  public static List<Swap> swaps(Listing store, Listing copy)
      throws InvalidProtocolBufferException {
    return new MetadataMerge(store, copy).swaps();
  }

  private List<Swap> swaps() throws InvalidProtocolBufferException {
    List<Swap> swaps = new ArrayList<>();
    // First, so that no table of a dropped id is made while it isn't known as such.
    ByteString all = dropped.toRecord().toByteString();
    if (!dropped.isEmpty() && !is(MetadataKeys.DROPPED_TABLES, all)) {
      swaps.add(put(MetadataKeys.DROPPED_TABLES, all));
    }
    for (Entry entry : copy.values()) {
      Optional<ByteString> merged = merged(entry);
      if (merged.isPresent() && !is(entry.key(), merged.get())) {
        swaps.add(put(entry.key(), merged.get()));
      }
    }
    for (Entry entry : store.values()) {
      if ((isDropped(entry) || isImpostor(entry))
          && swaps.stream().noneMatch(it -> changes(it, entry.key()))) {
        swaps.add(Swap.delete(entry.key(), entry.modRevision()));
      }
    }
    return swaps;
  }

  private static boolean changes(Swap swap, String key) {
    return swap.changes().stream().map(Change::key).anyMatch(key::equals);
  }

  private boolean is(String key, ByteString value) {
    Entry there = store.get(key);
    return there != null && there.value().equals(value);
  }

  private Swap put(String key, ByteString value) {
    long revision = Optional.ofNullable(store.get(key)).map(Entry::modRevision).orElse(0L);
    return new Swap(List.of(new Guard(key, revision)), List.of(new Change.Put(key, value)));
  }

  /** What the record should say; empty when the copy has nothing to add. */
  private Optional<ByteString> merged(Entry remembered) throws InvalidProtocolBufferException {
    String key = remembered.key();
    Optional<ByteString> there = Optional.ofNullable(store.get(key)).map(Entry::value);
    if (key.startsWith(MetadataKeys.COUNTERS)) {
      return Optional.of(counter(key, remembered.value(), there));
    }
    boolean newer =
        key.startsWith(MetadataKeys.KEYSPACES) && isNewerKeyspace(remembered.value(), there)
            || key.startsWith(MetadataKeys.TABLES) && isNewerTable(remembered, there)
            || key.startsWith(MetadataKeys.SHARDS) && isNewerShard(remembered.value(), there);
    return newer ? Optional.of(remembered.value()) : Optional.empty();
  }

  private static ByteString counter(String key, ByteString remembered, Optional<ByteString> there)
      throws InvalidProtocolBufferException {
    long known = CounterRecord.parseFrom(remembered).getNext();
    long stored = there.isPresent() ? CounterRecord.parseFrom(there.get()).getNext() : 0;
    long margin = key.equals(MetadataKeys.SESSION_COUNTER) ? SESSIONS_MARGIN : MARGIN;
    long next = Math.max(stored, known + margin);
    return CounterRecord.newBuilder().setNext(next).build().toByteString();
  }

  private static boolean isNewerKeyspace(ByteString remembered, Optional<ByteString> there)
      throws InvalidProtocolBufferException {
    return there.isEmpty()
        || KeyspaceRecord.parseFrom(there.get()).getId()
            < KeyspaceRecord.parseFrom(remembered).getId();
  }

  private boolean isNewerTable(Entry remembered, Optional<ByteString> there)
      throws InvalidProtocolBufferException {
    return !isDropped(remembered)
        && (there.isEmpty()
            || TableRecord.parseFrom(there.get()).getId()
                < TableRecord.parseFrom(remembered.value()).getId());
  }

  private static boolean isNewerShard(ByteString remembered, Optional<ByteString> there)
      throws InvalidProtocolBufferException {
    if (there.isEmpty()) {
      return true;
    }
    ShardRecord known = ShardRecord.parseFrom(remembered);
    ShardRecord stored = ShardRecord.parseFrom(there.get());
    return known.getTerm() > stored.getTerm()
        || known.getTerm() == stored.getTerm()
            && known.getPreviousVotersCount() == 0
            && stored.getPreviousVotersCount() > 0;
  }

  /** A table that was made under the id of another one while the store was not to be trusted. */
  private boolean isImpostor(Entry stored) throws InvalidProtocolBufferException {
    if (!stored.key().startsWith(MetadataKeys.TABLES)) {
      return false;
    }
    int id = TableRecord.parseFrom(stored.value()).getId();
    for (Entry remembered : copy.values()) {
      if (remembered.key().startsWith(MetadataKeys.TABLES)
          && !remembered.key().equals(stored.key())
          && TableRecord.parseFrom(remembered.value()).getId() == id) {
        return true;
      }
    }
    return false;
  }

  private boolean isDropped(Entry entry) throws InvalidProtocolBufferException {
    return entry.key().startsWith(MetadataKeys.TABLES)
        && dropped.contains(TableRecord.parseFrom(entry.value()).getId());
  }

  private static DroppedTables dropped(Map<String, Entry> entries)
      throws InvalidProtocolBufferException {
    Entry entry = entries.get(MetadataKeys.DROPPED_TABLES);
    return entry == null
        ? DroppedTables.NONE
        : DroppedTables.fromRecord(DroppedTablesRecord.parseFrom(entry.value()));
  }
}
