package dev.keelson.datanode.journal;

import static dev.keelson.datanode.journal.JournalBench.A;
import static dev.keelson.datanode.journal.JournalBench.B;
import static dev.keelson.datanode.journal.JournalBench.batch;
import static dev.keelson.datanode.journal.JournalBench.entries;
import static dev.keelson.datanode.journal.JournalBench.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keelson.core.replication.LogEntry;
import dev.keelson.core.replication.Position;
import dev.keelson.core.replication.ReplicaState;
import dev.keelson.core.shard.ShardId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JournalTest {
  private final JournalBench bench = JournalBench.roomy();

  @Test
  void a_new_journal_holds_nothing() throws Exception {
    OpenedJournal opened = bench.open();

    assertThat(opened.shards()).isEmpty();
    assertThat(opened.findings()).isEmpty();
    assertThat(opened.unknownDamage()).isFalse();
  }

  @Test
  void what_was_acknowledged_is_there_after_a_power_failure() throws Exception {
    bench.open();
    List<LogEntry> entries = entries(Position.ZERO, 3, 10, 100);
    bench.write(JournalBatch.builder().state(A, state(3)));
    bench.write(batch(A, entries));

    RecoveredShard recovered = bench.reopenAfterPowerLoss().shard(A).orElseThrow();

    assertThat(recovered.state()).isEqualTo(state(3));
    assertThat(recovered.last()).isEqualTo(entries.getLast().position());
    assertThat(recovered.damaged()).isFalse();
    assertThat(recovered.doubtful()).isFalse();
    assertThat(bench.readAll(A, 1)).isEqualTo(entries);
  }

  @Test
  void an_entry_cancels_all_at_and_above_its_index() throws Exception {
    bench.open();
    List<LogEntry> old = entries(Position.ZERO, 1, 10, 50);
    List<LogEntry> renewed = entries(old.get(3).position(), 2, 2, 50);
    bench.write(JournalBatch.builder().state(A, state(1)));
    bench.write(batch(A, old));
    bench.write(batch(A, renewed));

    List<LogEntry> expected = new ArrayList<>(old.subList(0, 4));
    expected.addAll(renewed);
    assertThat(bench.readAll(A, 1)).isEqualTo(expected);
    assertThat(bench.reopenAfterPowerLoss().shard(A).orElseThrow().last())
        .isEqualTo(renewed.getLast().position());
    assertThat(bench.readAll(A, 1)).isEqualTo(expected);
  }

  @Test
  void one_force_serves_all_that_wait_and_each_loop_gets_one_task() throws Exception {
    bench.open();
    bench.write(JournalBatch.builder().state(A, state(1)).state(B, state(1)));
    long before = bench.journal().status().forces();
    ManualExecutor otherLoop = new ManualExecutor();
    List<LogEntry> ofA = entries(Position.ZERO, 1, 20, 50);
    List<LogEntry> ofB = entries(Position.ZERO, 1, 20, 50);
    List<Long> durable = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      LogEntry entry = ofA.get(i);
      bench
          .journal()
          .append(batch(A, List.of(entry)).build(), bench.loop, () -> durable.add(entry.index()));
      bench.journal().append(batch(B, List.of(ofB.get(i))).build(), otherLoop, () -> {});
    }
    assertThat(bench.writer.waiting()).isEqualTo(1);
    bench.writer.runOne();

    assertThat(bench.journal().status().forces() - before).isEqualTo(1);
    assertThat(bench.loop.waiting()).isEqualTo(1);
    assertThat(otherLoop.waiting()).isEqualTo(1);
    bench.settle();
    assertThat(durable).isSorted().hasSize(20);
  }

  @Test
  void logs_go_on_over_many_segments() throws Exception {
    bench.open();
    List<LogEntry> entries = entries(Position.ZERO, 1, 200, 3000);
    bench.write(JournalBatch.builder().state(A, state(1)).state(B, state(7)));
    for (LogEntry entry : entries) {
      bench.write(batch(A, List.of(entry)));
    }

    assertThat(bench.journal().status().segments()).isGreaterThan(8);
    assertThat(bench.readAll(A, 1)).isEqualTo(entries);
    OpenedJournal reopened = bench.reopenAfterPowerLoss();
    assertThat(reopened.shard(B).orElseThrow().state()).isEqualTo(state(7));
    assertThat(reopened.findings()).isEmpty();
    assertThat(bench.readAll(A, 1)).isEqualTo(entries);
  }

  @Test
  void a_read_says_what_comes_before_and_what_is_not_there() throws Exception {
    bench.open();
    List<LogEntry> entries = entries(Position.ZERO, 1, 10, 500);
    bench.write(JournalBatch.builder().state(A, state(1)));
    bench.write(batch(A, entries));

    assertThat(bench.read(A, 4, 1))
        .isEqualTo(new ReadResult.Entries(A, entries.get(2).position(), List.of(entries.get(3))));
    assertThat(bench.read(A, 1, 1100))
        .isEqualTo(new ReadResult.Entries(A, Position.ZERO, entries.subList(0, 2)));
    assertThat(bench.read(A, 11, 100)).isEqualTo(new ReadResult.Absent(A, 11, 1, 10));
    assertThat(bench.read(B, 1, 100)).isEqualTo(new ReadResult.Absent(B, 1, 1, 0));
  }

  @Test
  void huge_entries_are_kept_whole() throws Exception {
    JournalBench large = new JournalBench(1, 1L << 30, JournalConfig.DEFAULT);
    large.open();
    List<LogEntry> entries = entries(Position.ZERO, 1, 4, 4 << 20);
    large.write(JournalBatch.builder().state(A, state(1)));
    large.write(batch(A, entries));

    assertThat(large.readAll(A, 1)).isEqualTo(entries);
    large.reopenAfterPowerLoss();
    assertThat(large.readAll(A, 1)).isEqualTo(entries);
  }

  @Test
  void an_entry_above_the_limit_is_refused_at_once() throws Exception {
    bench.open();
    List<LogEntry> entries =
        entries(Position.ZERO, 1, 1, JournalBench.CONFIG.maxPayloadBytes() + 1);

    assertThatThrownBy(
            () -> bench.journal().append(batch(A, entries).build(), bench.loop, () -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("limit is 16384");
  }

  @Test
  void a_dropped_shard_is_gone_and_may_come_anew() throws Exception {
    bench.open();
    bench.write(JournalBatch.builder().state(A, state(1)).state(B, state(1)));
    bench.write(batch(A, entries(Position.ZERO, 1, 5, 10)));
    bench.journal().drop(A);
    bench.settle();

    assertThat(bench.reopenAfterKill().shards()).containsOnlyKeys(B);
    bench.write(JournalBatch.builder().state(A, state(9)));
    assertThat(bench.reopenAfterPowerLoss().shard(A).orElseThrow().last()).isEqualTo(Position.ZERO);
  }

  @Test
  void a_reset_log_begins_behind_its_base() throws Exception {
    bench.open();
    bench.write(JournalBatch.builder().state(A, state(1)));
    bench.write(batch(A, entries(Position.ZERO, 1, 5, 10)));
    ReplicaState behind = behind(new Position(4, 100, 77));
    List<LogEntry> after = entries(behind.base(), 4, 3, 10);
    bench.write(JournalBatch.builder().reset(A, behind));
    bench.write(batch(A, after));

    RecoveredShard recovered = bench.reopenAfterPowerLoss().shard(A).orElseThrow();
    assertThat(recovered.state()).isEqualTo(behind);
    assertThat(recovered.last()).isEqualTo(after.getLast().position());
    assertThat(bench.readAll(A, 101)).isEqualTo(after);
    assertThat(bench.read(A, 5, 100)).isEqualTo(new ReadResult.Absent(A, 5, 101, 103));
  }

  @Test
  void released_entries_give_their_segments_back() throws Exception {
    bench.open();
    List<LogEntry> entries = entries(Position.ZERO, 1, 100, 3000);
    bench.write(JournalBatch.builder().state(A, state(1)).state(B, state(5)));
    for (LogEntry entry : entries) {
      bench.write(batch(A, List.of(entry)));
    }
    int before = bench.journal().status().segments();
    bench.write(JournalBatch.builder().state(A, behind(entries.get(89).position())));
    bench.journal().release(A, 91);
    bench.settle();

    assertThat(bench.journal().status().segments()).isLessThan(before).isLessThan(4);
    assertThat(bench.readAll(A, 91)).isEqualTo(entries.subList(90, 100));
    OpenedJournal reopened = bench.reopenAfterPowerLoss();
    assertThat(reopened.shard(A).orElseThrow().damaged()).isFalse();
    assertThat(reopened.shard(B).orElseThrow().state()).isEqualTo(state(5));
    assertThat(bench.readAll(A, 91)).isEqualTo(entries.subList(90, 100));
  }

  @Test
  void starting_over_and_over_takes_no_room() throws Exception {
    bench.open();
    List<LogEntry> entries = entries(Position.ZERO, 1, 3, 100);
    bench.write(JournalBatch.builder().state(A, state(1)));
    bench.write(batch(A, entries));
    for (int i = 0; i < 20; i++) {
      bench.reopenAfterPowerLoss();
      bench.settle();
    }

    assertThat(bench.disk.list()).hasSizeLessThanOrEqualTo(3);
    assertThat(bench.readAll(A, 1)).isEqualTo(entries);
  }

  @Test
  void a_failed_force_stops_everything_and_is_not_tried_again() throws Exception {
    bench.open();
    bench.write(JournalBatch.builder().state(A, state(1)));
    bench.disk.failForces();
    List<LogEntry> entries = entries(Position.ZERO, 1, 2, 10);
    List<String> called = new ArrayList<>();
    bench.journal().append(batch(A, entries).build(), bench.loop, () -> called.add("first"));
    bench.settle();
    bench.journal().append(batch(A, entries).build(), bench.loop, () -> called.add("second"));
    bench.settle();

    assertThat(called).isEmpty();
    assertThat(bench.failures).hasSize(1).first().asString().startsWith("Disk failure");
  }

  @Test
  void a_closed_journal_is_reopened_without_doubt() throws Exception {
    bench.open();
    List<LogEntry> entries = entries(Position.ZERO, 1, 3, 100);
    bench.write(JournalBatch.builder().state(A, state(1)));
    bench.write(batch(A, entries));
    boolean[] closed = {false};
    bench.journal().close(bench.loop, () -> closed[0] = true);
    bench.settle();

    assertThat(closed[0]).isTrue();
    assertThat(bench.open().shard(A).orElseThrow().doubtful()).isFalse();
    assertThat(bench.readAll(A, 1)).isEqualTo(entries);
  }

  @Test
  void a_newer_format_is_refused_with_a_sentence() throws Exception {
    bench.open();
    bench.disk.create(Segment.fileName(9), 64 << 10).write(0, newerHeader());

    assertThatThrownBy(bench::reopenAfterKill)
        .isInstanceOf(JournalFormatException.class)
        .hasMessageContaining("has journal format 2, this program knows only 1");
  }

  private static java.nio.ByteBuffer newerHeader() {
    java.nio.ByteBuffer block =
        new SegmentHeader(9, 64 << 10, 0, 0, 4096, 0)
            .encode()
            .order(java.nio.ByteOrder.LITTLE_ENDIAN);
    block.putInt(8, 2).putInt(12, 0);
    java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
    crc.update(block.array(), 0, SegmentHeader.BYTES);
    return block.putInt(12, (int) crc.getValue());
  }

  private static ReplicaState behind(Position base) {
    return new ReplicaState(
        "storage", base.term(), Optional.empty(), 0, false, false, false, base, base.index());
  }

  @Test
  void shards_do_not_mix() throws Exception {
    bench.open();
    JournalBatch.Builder batch = JournalBatch.builder();
    List<LogEntry> entries = entries(Position.ZERO, 1, 50, 40);
    for (int shard = 0; shard < 20; shard++) {
      batch.state(new ShardId(shard), state(shard));
    }
    for (LogEntry entry : entries) {
      for (int shard = 0; shard < 20; shard++) {
        batch.entry(new ShardId(shard), entry);
      }
    }
    bench.write(batch);
    bench.reopenAfterPowerLoss();

    for (int shard = 0; shard < 20; shard++) {
      assertThat(bench.readAll(new ShardId(shard), 1)).isEqualTo(entries);
    }
  }
}
