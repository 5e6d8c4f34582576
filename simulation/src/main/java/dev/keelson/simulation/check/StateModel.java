package dev.keelson.simulation.check;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.keelson.core.replication.LogEntry;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.Command;
import dev.keelson.proto.internal.v1.Entry;
import dev.keelson.proto.internal.v1.Mutation;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the rows of a shard must be, from its log alone: a second, simple machine that knows puts
 * and updates guarded by a version, and that each named write counts once (R16, R17). Each replica
 * is held to it write by write, so replicas that applied the same index have equal rows.
 */
public final class StateModel {
  private final Map<ShardId, Shard> shards = new HashMap<>();

  private final Coverage coverage;

  public StateModel(Coverage coverage) {
    this.coverage = coverage;
  }

  private record WriteName(long session, long sequence) {}

  private static final class Shard {
    private final Map<ByteString, Long> versions = new HashMap<>();
    private final Set<WriteName> seen = new HashSet<>();
    private final Map<Long, Long> acknowledged = new HashMap<>();

    /** The key that an index writes, if it writes one. */
    private final TreeMap<Long, ByteString> effects = new TreeMap<>();

    /** What the first replica that applied an index wrote there. */
    private final Map<Long, ByteString> written = new HashMap<>();

    private long last;
  }

  /** One replica's rows. */
  public static final class Follower {
    private final Shard shard;
    private final String who;
    private final Map<ByteString, Long> loaded = new HashMap<>();
    private long applying;
    private boolean wrote;

    private Follower(Shard shard, String who) {
      this.shard = shard;
      this.who = who;
    }

    /** The replica wrote a row, or reads one from a snapshot before it applies anything. */
    public void wrote(ByteString key, long version, ByteString row) {
      same(version, row);
      if (applying == 0) {
        loaded.put(key, version);
        return;
      }
      if (version != applying || !key.equals(shard.effects.get(version))) {
        throw new Violation(
            Invariant.SAME_ROWS,
            who + " writes a row at version " + version + " while it applies " + applying);
      }
      wrote = true;
    }

    private void same(long version, ByteString row) {
      ByteString first = shard.written.putIfAbsent(version, row);
      if (first != null && !first.equals(row)) {
        throw new Violation(
            Invariant.SAME_ROWS, who + " has another row of version " + version + " than others");
      }
    }

    /** What was read is the whole state as of that index. */
    public void restored(long index) {
      Map<ByteString, Long> expected = new HashMap<>();
      shard.effects.headMap(index, true).forEach((version, key) -> expected.put(key, version));
      if (!loaded.equals(expected)) {
        throw new Violation(
            Invariant.SAME_ROWS,
            who + " restores " + loaded + " at " + index + " where it should be " + expected);
      }
      applying = index;
      wrote = true;
    }

    private void next(long index) {
      if (shard.effects.containsKey(applying) && !wrote) {
        throw new Violation(Invariant.SAME_ROWS, who + " did not write what " + applying + " says");
      }
      applying = index;
      wrote = false;
    }
  }

  public Follower follower(ShardId shard, String who) {
    return new Follower(shards.computeIfAbsent(shard, it -> new Shard()), who);
  }

  /** A replica is about to apply an entry. */
  public void applies(Follower follower, LogEntry entry) {
    Shard shard = follower.shard;
    if (entry.index() == shard.last + 1) {
      shard.last = entry.index();
      if (entry.kind() == Entry.Kind.COMMAND) {
        effect(shard, entry).ifPresent(key -> shard.effects.put(entry.index(), key));
      }
    }
    follower.next(entry.index());
  }

  private Optional<ByteString> effect(Shard shard, LogEntry entry) {
    Command command = parse(entry);
    long session = command.getWriteId().getSession();
    long sequence = command.getWriteId().getSequence();
    long below =
        shard.acknowledged.merge(session, command.getWriteId().getAnsweredBelow(), Math::max);
    if (sequence < below || !shard.seen.add(new WriteName(session, sequence))) {
      coverage.saw(Coverage.Event.DUPLICATE_WRITE);
      return Optional.empty();
    }
    Mutation mutation = command.getMutations(0);
    long version = shard.versions.getOrDefault(mutation.getKey(), 0L);
    boolean holds =
        mutation.getKind() == Mutation.Kind.PUT
            || (version > 0 && mutation.getCondition().getVersion() == version);
    if (!holds) {
      return Optional.empty();
    }
    shard.versions.put(mutation.getKey(), entry.index());
    return Optional.of(mutation.getKey());
  }

  private static Command parse(LogEntry entry) {
    try {
      return Command.parseFrom(entry.payload());
    } catch (InvalidProtocolBufferException e) {
      throw new Violation(Invariant.SAME_ROWS, "a command of no client at " + entry.position());
    }
  }
}
