package dev.keelson.core.command;

import com.google.protobuf.ByteString;
import dev.keelson.core.limit.ReplicatedLimits;
import dev.keelson.core.row.MalformedRowException;
import dev.keelson.core.row.RowCodec;
import dev.keelson.proto.internal.v1.CommandResult.Outcome;
import dev.keelson.proto.internal.v1.Mutation;
import dev.keelson.proto.internal.v1.StoredCondition;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The rows as one command changes them. Nothing is written before all of its mutations have gone
 * through, and each mutation sees those before it.
 */
final class Changes {
  private final Rows rows;
  private final long version;
  private final Map<ByteString, Optional<VersionedRow>> changed = new LinkedHashMap<>();
  private int rowsFound;

  Changes(Rows rows, long version) {
    this.rows = rows;
    this.version = version;
  }

  /** How many of the mutations found their row. */
  int rowsFound() {
    return rowsFound;
  }

  /** Takes a mutation; any outcome but APPLIED says why it cannot be. */
  Outcome take(Mutation mutation) {
    Optional<VersionedRow> current = current(mutation.getKey());
    try {
      if (mutation.hasCondition() && !holds(mutation.getCondition(), current)) {
        return Outcome.CONDITION_FAILED;
      }
      Outcome outcome = change(mutation, current);
      if (outcome == Outcome.APPLIED && current.isPresent()) {
        rowsFound++;
      }
      return outcome;
    } catch (MalformedRowException e) {
      // The mutation was checked, so it is the stored row: to go on would let replicas differ.
      throw new IllegalStateException("stored row is damaged, version " + version, e);
    }
  }

  void write() {
    changed.forEach(
        (key, row) ->
            row.ifPresentOrElse(
                it -> rows.put(key, it.version(), it.row()), () -> rows.delete(key)));
  }

  private Outcome change(Mutation mutation, Optional<VersionedRow> current)
      throws MalformedRowException {
    return switch (mutation.getKind()) {
      case PUT -> put(mutation.getKey(), mutation.getRow());
      case INSERT ->
          current.isPresent() ? Outcome.ROW_EXISTS : put(mutation.getKey(), mutation.getRow());
      case UPDATE -> current.isPresent() ? update(mutation, current.get()) : Outcome.ROW_NOT_FOUND;
      case DELETE -> delete(mutation.getKey(), current);
      case KIND_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalStateException("unchecked mutation " + mutation.getKindValue());
    };
  }

  private Outcome put(ByteString key, ByteString row) {
    changed.put(key, Optional.of(new VersionedRow(version, row)));
    return Outcome.APPLIED;
  }

  private Outcome update(Mutation mutation, VersionedRow current) throws MalformedRowException {
    ByteString merged = RowCodec.merge(current.row(), mutation.getRow());
    return merged.size() > ReplicatedLimits.ROW_BYTES
        ? Outcome.ROW_TOO_LARGE
        : put(mutation.getKey(), merged);
  }

  private Outcome delete(ByteString key, Optional<VersionedRow> current) {
    if (current.isPresent()) {
      changed.put(key, Optional.empty());
    }
    return Outcome.APPLIED;
  }

  private Optional<VersionedRow> current(ByteString key) {
    Optional<VersionedRow> changedRow = changed.get(key);
    return changedRow == null ? rows.row(key) : changedRow;
  }

  private static boolean holds(StoredCondition condition, Optional<VersionedRow> current)
      throws MalformedRowException {
    return switch (condition.getKindCase()) {
      case EXISTS -> condition.getExists() == current.isPresent();
      case EQUAL ->
          current.isPresent() && RowCodec.matches(current.get().row(), condition.getEqual());
      case VERSION -> condition.getVersion() == current.map(VersionedRow::version).orElse(0L);
      case KIND_NOT_SET -> throw new IllegalStateException("unchecked condition");
    };
  }
}
