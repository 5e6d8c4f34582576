package dev.keelson.datanode.journal;

import com.google.protobuf.ByteString;
import dev.keelson.core.replication.LogEntry;
import dev.keelson.core.replication.Position;
import dev.keelson.core.replication.ReplicaState;
import dev.keelson.core.shard.ShardId;
import dev.keelson.datanode.disk.SimulatedDisk;
import dev.keelson.proto.internal.v1.Entry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A journal on a simulated disk, whose threads run when the test says so. */
final class JournalBench {
  static final ShardId A = new ShardId(1);
  static final ShardId B = new ShardId(2);
  static final JournalConfig CONFIG = JournalConfig.small(64 << 10);

  final SimulatedDisk disk;
  final ManualExecutor writer = new ManualExecutor();
  final ManualExecutor background = new ManualExecutor();
  final ManualExecutor loop = new ManualExecutor();
  final List<String> failures = new ArrayList<>();
  private final JournalConfig config;
  private Optional<OpenedJournal> opened = Optional.empty();

  JournalBench(long seed, long capacity, JournalConfig config) {
    this.disk = new SimulatedDisk(new Random(seed), capacity);
    this.config = config;
  }

  static JournalBench roomy() {
    return new JournalBench(1, 100 << 20, CONFIG);
  }

  OpenedJournal open() throws IOException {
    writer.clear();
    background.clear();
    loop.clear();
    OpenedJournal journal =
        Journal.open(
            disk, config, writer, background, (what, cause) -> failures.add(what + ": " + cause));
    opened = Optional.of(journal);
    return journal;
  }

  OpenedJournal opened() {
    return opened.orElseThrow();
  }

  Journal journal() {
    return opened().journal();
  }

  /** Until nothing is left to do. */
  void settle() {
    while (writer.runOne() || background.runOne() || loop.runOne()) {
      // Each has done one more.
    }
  }

  /** Appends and waits until it is durable. */
  void write(JournalBatch.Builder batch) throws JournalFullException {
    boolean[] durable = {false};
    journal().append(batch.build(), loop, () -> durable[0] = true);
    settle();
    if (!durable[0]) {
      throw new IllegalStateException("not durable: " + failures);
    }
  }

  OpenedJournal reopenAfterKill() throws IOException {
    disk.killProcess();
    return open();
  }

  OpenedJournal reopenAfterPowerLoss() throws IOException {
    disk.losePower();
    return open();
  }

  ReadResult read(ShardId shard, long fromIndex, int maxBytes) {
    List<ReadResult> results = new ArrayList<>();
    journal().read(shard, fromIndex, maxBytes, loop, results::add);
    settle();
    return results.getFirst();
  }

  /** All entries from {@code fromIndex} on. */
  List<LogEntry> readAll(ShardId shard, long fromIndex) {
    List<LogEntry> all = new ArrayList<>();
    long next = fromIndex;
    while (read(shard, next, 4000) instanceof ReadResult.Entries entries) {
      all.addAll(entries.entries());
      next = all.getLast().index() + 1;
    }
    return all;
  }

  static ReplicaState state(long term) {
    ReplicaState fresh = ReplicaState.fresh("storage");
    return new ReplicaState(
        fresh.storage(), term, Optional.empty(), 5, false, false, false, Position.ZERO, 0);
  }

  /** Consecutive entries of one term behind {@code previous}. */
  static List<LogEntry> entries(Position previous, long term, int count, int payloadBytes) {
    List<LogEntry> entries = new ArrayList<>();
    Position last = previous;
    for (int i = 0; i < count; i++) {
      byte[] payload = new byte[payloadBytes];
      new Random(last.index() * 31 + term).nextBytes(payload);
      LogEntry entry =
          LogEntry.following(last, term, Entry.Kind.COMMAND, ByteString.copyFrom(payload));
      entries.add(entry);
      last = entry.position();
    }
    return entries;
  }

  static JournalBatch.Builder batch(ShardId shard, List<LogEntry> entries) {
    JournalBatch.Builder batch = JournalBatch.builder();
    entries.forEach(entry -> batch.entry(shard, entry));
    return batch;
  }
}
