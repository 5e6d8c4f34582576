package dev.keelson.datanode.journal;

import com.google.protobuf.ByteString;
import dev.keelson.core.replication.LogEntry;
import dev.keelson.core.replication.Position;
import dev.keelson.core.replication.ReplicaState;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.Entry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/** Random use of a journal over several lives, beside the model of what must be in it. */
final class JournalWorkload {
  private static final int SHARDS = 4;

  final JournalBench bench;
  final Random random;
  private JournalModel model = new JournalModel(Map.of());
  private int acknowledged;

  JournalWorkload(long seed, JournalConfig config) {
    this.random = new Random(seed);
    this.bench = new JournalBench(seed, 1L << 30, config);
  }

  JournalModel model() {
    return model;
  }

  int acknowledged() {
    return acknowledged;
  }

  /** What the journal says now is the truth that the next life begins with. */
  void adopt(Map<ShardId, JournalModel.Log> found) {
    model = new JournalModel(found);
    acknowledged = 0;
  }

  /** Batches with chance progress of the journal's threads. */
  void run(int batches) throws JournalFullException {
    for (int i = 0; i < batches; i++) {
      JournalBatch.Builder batch = JournalBatch.builder();
      int items = 1 + random.nextInt(6);
      for (int item = 0; item < items; item++) {
        addItem(batch);
      }
      int until = model.items();
      append(batch.build(), until);
      if (random.nextInt(30) == 0) {
        dropOne();
      }
      progress();
    }
  }

  private void append(JournalBatch batch, int until) throws JournalFullException {
    try {
      bench.journal().append(batch, bench.loop, () -> acknowledged = until);
    } catch (JournalFullException queueIsFull) {
      while (bench.writer.runOne()) {
        // Makes room.
      }
      bench.journal().append(batch, bench.loop, () -> acknowledged = until);
    }
  }

  private void addItem(JournalBatch.Builder batch) {
    ShardId shard = new ShardId(random.nextInt(SHARDS));
    Optional<JournalModel.Log> log = Optional.ofNullable(model.now().get(shard));
    if (log.isEmpty()) {
      ReplicaState state = ReplicaState.fresh("storage-" + random.nextInt(100));
      batch.state(shard, state);
      model.put(shard, new JournalModel.Log(state, List.of()));
    } else if (random.nextInt(10) < 8) {
      LogEntry entry = nextEntry(log.get());
      batch.entry(shard, entry);
      model.put(shard, log.get().with(entry));
    } else if (random.nextInt(10) < 8) {
      ReplicaState state = nextState(log.get());
      batch.state(shard, state);
      model.put(shard, log.get().with(state));
    } else {
      ReplicaState state = resetState(log.get());
      batch.reset(shard, state);
      model.put(shard, new JournalModel.Log(state, List.of()));
    }
  }

  private LogEntry nextEntry(JournalModel.Log log) {
    long base = log.state().base().index();
    long end = log.last().index();
    boolean cancels = end > base && random.nextInt(8) == 0;
    long index = cancels ? base + 1 + random.nextLong(end - base) : end + 1;
    byte[] payload =
        new byte[random.nextInt(20) == 0 ? random.nextInt(16000) : random.nextInt(300)];
    random.nextBytes(payload);
    Entry.Kind kind = random.nextInt(5) == 0 ? Entry.Kind.BARRIER : Entry.Kind.COMMAND;
    long term = log.last().term() + (cancels ? 1 + random.nextInt(3) : 0);
    return LogEntry.following(log.positionBefore(index), term, kind, ByteString.copyFrom(payload));
  }

  private ReplicaState nextState(JournalModel.Log log) {
    ReplicaState old = log.state();
    boolean advance = random.nextInt(4) == 0 && !log.entries().isEmpty();
    Position base =
        advance ? log.entries().get(random.nextInt(log.entries().size())).position() : old.base();
    return new ReplicaState(
        old.storage(),
        old.term() + random.nextInt(3),
        random.nextBoolean() ? Optional.of(new NodeId("node-7")) : Optional.empty(),
        random.nextLong(),
        old.retired(),
        old.suspended(),
        old.doubtful(),
        base,
        base.index() + random.nextInt(5));
  }

  private ReplicaState resetState(JournalModel.Log log) {
    long index = log.last().index() + random.nextInt(50);
    return new ReplicaState(
        log.state().storage(),
        log.state().term() + 1,
        Optional.empty(),
        0,
        false,
        false,
        false,
        new Position(log.last().term() + 1, index, random.nextInt()),
        index);
  }

  private void dropOne() {
    ShardId shard = new ShardId(random.nextInt(SHARDS));
    if (model.now().containsKey(shard)) {
      bench.journal().drop(shard);
      model.remove(shard);
    }
  }

  private void progress() {
    model
        .now()
        .forEach(
            (shard, log) -> {
              if (random.nextInt(10) == 0) {
                bench.journal().release(shard, log.state().base().index() + 1);
              }
            });
    for (int i = random.nextInt(6); i > 0; i--) {
      switch (random.nextInt(3)) {
        case 0 -> bench.writer.runOne();
        case 1 -> bench.background.runOne();
        default -> bench.loop.runOne();
      }
    }
  }

  /** All that the opened journal holds, read back. */
  Map<ShardId, JournalModel.Log> content(OpenedJournal opened) {
    Map<ShardId, JournalModel.Log> content = new TreeMap<>();
    opened
        .shards()
        .forEach(
            (id, shard) -> {
              List<LogEntry> entries = bench.readAll(id, shard.state().base().index() + 1);
              content.put(id, new JournalModel.Log(shard.state(), entries));
            });
    return content;
  }
}
