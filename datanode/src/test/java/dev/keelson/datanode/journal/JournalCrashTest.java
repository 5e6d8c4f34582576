package dev.keelson.datanode.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.keelson.core.replication.LogEntry;
import dev.keelson.core.replication.ReplicaState;
import dev.keelson.core.shard.ShardId;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Crashes at any moment: what was acknowledged is there, and nothing else than what was handed in,
 * in its order.
 */
class JournalCrashTest {
  @Test
  void nothing_acknowledged_is_lost_and_nothing_is_invented() throws Exception {
    for (long seed = 1; seed <= 150; seed++) {
      live(seed);
    }
  }

  @Test
  @Tag("long")
  void nothing_acknowledged_is_lost_and_nothing_is_invented_in_many_lives() throws Exception {
    for (long seed = 1000; seed < 6000; seed++) {
      live(seed);
    }
  }

  private static void live(long seed) throws Exception {
    try {
      JournalWorkload work = new JournalWorkload(seed, JournalBench.CONFIG);
      OpenedJournal opened = work.bench.open();
      for (int life = 0; life < 6; life++) {
        check(work, opened);
        work.run(work.random.nextInt(80));
        opened = crash(work);
      }
      check(work, opened);
    } catch (AssertionError | RuntimeException failure) {
      throw new AssertionError("seed " + seed + ": " + failure.getMessage(), failure);
    }
  }

  private static OpenedJournal crash(JournalWorkload work) throws Exception {
    return switch (work.random.nextInt(4)) {
      case 0 -> work.bench.reopenAfterKill();
      case 1 -> {
        work.bench.reopenAfterKill();
        yield work.bench.reopenAfterPowerLoss();
      }
      default -> work.bench.reopenAfterPowerLoss();
    };
  }

  private static void check(JournalWorkload work, OpenedJournal opened) {
    assertThat(work.bench.failures).isEmpty();
    assertThat(opened.unknownDamage()).isFalse();
    opened.shards().values().forEach(shard -> assertThat(shard.damaged()).isFalse());
    Map<ShardId, JournalModel.Log> content = work.content(opened);
    content.forEach(
        (shard, log) -> assertThat(log.last()).isEqualTo(opened.shard(shard).orElseThrow().last()));
    content.values().forEach(JournalCrashTest::checkChain);
    Map<ShardId, JournalModel.Log> found = withoutDoubt(content);
    boolean known = false;
    for (int items = work.acknowledged(); items <= work.model().items() && !known; items++) {
      known = withoutDoubt(work.model().after(items)).equals(found);
    }
    if (!known) {
      fail(
          "not what any prefix gives, acknowledged %d of %d, findings %s:%n%s%nwanted at least%n%s",
          work.acknowledged(),
          work.model().items(),
          opened.findings(),
          summary(found),
          summary(work.model().after(work.acknowledged())));
    }
    work.adopt(content);
  }

  static void checkChain(JournalModel.Log log) {
    int checksum = log.state().base().checksum();
    for (LogEntry entry : log.entries()) {
      assertThat(entry.follows(checksum)).as("chain at %s", entry.position()).isTrue();
      checksum = entry.checksum();
    }
  }

  private static Map<ShardId, JournalModel.Log> withoutDoubt(Map<ShardId, JournalModel.Log> logs) {
    Map<ShardId, JournalModel.Log> plain = new TreeMap<>();
    logs.forEach(
        (shard, log) -> {
          ReplicaState state = log.state().withDoubt(log.state().suspended(), false);
          plain.put(shard, new JournalModel.Log(state, log.entries()));
        });
    return plain;
  }

  static String summary(Map<ShardId, JournalModel.Log> logs) {
    StringBuilder text = new StringBuilder();
    logs.forEach(
        (shard, log) ->
            text.append(shard)
                .append(": ")
                .append(log.state())
                .append(" to ")
                .append(log.last())
                .append('\n'));
    return text.toString();
  }
}
