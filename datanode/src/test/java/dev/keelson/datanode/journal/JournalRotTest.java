package dev.keelson.datanode.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.keelson.core.replication.LogEntry;
import dev.keelson.core.replication.Position;
import dev.keelson.core.replication.ReplicaState;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.Entry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Flips bytes anywhere: the journal always opens, and never shows as certain what it can't know.
 */
class JournalRotTest {
  @Test
  void rotten_bytes_anywhere_are_never_taken_for_truth() throws Exception {
    for (long seed = 1; seed <= 300; seed++) {
      rot(seed);
    }
  }

  @Test
  @Tag("long")
  void rotten_bytes_anywhere_are_never_taken_for_truth_in_many_journals() throws Exception {
    for (long seed = 1000; seed < 11_000; seed++) {
      rot(seed);
    }
  }

  private static void rot(long seed) throws Exception {
    try {
      JournalWorkload work = new JournalWorkload(seed, JournalBench.CONFIG);
      work.bench.open();
      work.run(work.random.nextInt(120));
      work.bench.settle();
      boolean clean = work.random.nextBoolean();
      if (clean) {
        work.bench.journal().close(work.bench.loop, () -> {});
        work.bench.settle();
      }
      Map<ShardId, JournalModel.Log> truth = work.model().now();
      flip(work);
      OpenedJournal opened = work.bench.reopenAfterKill();
      Map<ShardId, JournalModel.Log> found = work.content(opened);
      check(opened, found, truth, clean);
      checkAgain(work, found);
    } catch (AssertionError | RuntimeException failure) {
      throw new AssertionError("seed " + seed + ": " + failure.getMessage(), failure);
    }
  }

  private static void flip(JournalWorkload work) throws Exception {
    List<String> files = work.bench.disk.list();
    for (int flips = 1 + work.random.nextInt(4); flips > 0; flips--) {
      String file = files.get(work.random.nextInt(files.size()));
      int range = work.random.nextInt(4) == 0 ? SegmentHeader.FIRST_RECORD : 64 << 10;
      work.bench.disk.corrupt(file, work.random.nextInt(range), 1 + work.random.nextInt(255));
    }
  }

  private static void check(
      OpenedJournal opened,
      Map<ShardId, JournalModel.Log> found,
      Map<ShardId, JournalModel.Log> truth,
      boolean clean) {
    found.values().forEach(JournalCrashTest::checkChain);
    for (ShardId id : truth.keySet()) {
      Optional<RecoveredShard> shard = opened.shard(id);
      boolean certain =
          shard.isPresent()
              ? !shard.get().damaged() && !shard.get().doubtful()
              : !opened.unknownDamage() && !opened.doubtful();
      if (certain) {
        assertThat(found.get(id)).as("%s of %s", id, opened.findings()).isEqualTo(truth.get(id));
      }
      if (clean) {
        assertThat(
                shard.filter(RecoveredShard::doubtful).isPresent() && opened.findings().isEmpty())
            .isFalse();
      }
    }
    for (ShardId id : found.keySet()) {
      RecoveredShard shard = opened.shard(id).orElseThrow();
      assertThat(shard.state().suspended() || !shard.damaged()).isTrue();
      boolean known = truth.containsKey(id) || shard.damaged() || shard.doubtful();
      assertThat(known).as("%s came back", id).isTrue();
    }
  }

  /** The next starts find the same, and nothing to complain about; logs can go on. */
  private static void checkAgain(JournalWorkload work, Map<ShardId, JournalModel.Log> found)
      throws Exception {
    Map<ShardId, JournalModel.Log> expected = found;
    for (int start = 0; start < 2; start++) {
      OpenedJournal again = work.bench.reopenAfterPowerLoss();
      assertThat(work.content(again)).isEqualTo(expected);
      again.shards().values().forEach(shard -> assertThat(shard.damaged()).isFalse());
      JournalModel model = new JournalModel(expected);
      for (ShardId id : expected.keySet()) {
        extend(work, model, id);
      }
      expected = model.now();
    }
  }

  private static void extend(JournalWorkload work, JournalModel model, ShardId id)
      throws Exception {
    JournalModel.Log log = model.now().get(id);
    if (log == null) {
      return;
    }
    Position last = log.last();
    LogEntry entry =
        LogEntry.following(
            last, last.term() + 1, Entry.Kind.COMMAND, ByteString.copyFromUtf8("repaired"));
    ReplicaState state = log.state().withDoubt(false, false);
    work.bench.write(JournalBatch.builder().entry(id, entry).state(id, state));
    model.put(id, log.with(entry).with(state));
  }
}
