package dev.keelson.datanode.journal;

import static dev.keelson.datanode.journal.JournalBench.A;
import static dev.keelson.datanode.journal.JournalBench.B;
import static dev.keelson.datanode.journal.JournalBench.batch;
import static dev.keelson.datanode.journal.JournalBench.entries;
import static dev.keelson.datanode.journal.JournalBench.state;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.core.replication.LogEntry;
import dev.keelson.core.replication.Position;
import dev.keelson.core.shard.ShardId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bad bytes: damage is told from a torn tail, and hits as few as possible (R13). */
class JournalDamageTest {
  private static final int PAYLOAD = 1000;

  private final JournalBench bench = JournalBench.roomy();
  private final List<LogEntry> entries = entries(Position.ZERO, 1, 20, PAYLOAD);

  @BeforeEach
  void writeTwoLogs() throws Exception {
    bench.open();
    bench.write(JournalBatch.builder().state(A, state(1)).state(B, state(1)));
    for (LogEntry entry : entries) {
      bench.write(batch(A, List.of(entry)));
      bench.write(batch(B, List.of(entry)));
    }
  }

  /** The byte where the payload of the entry begins, in the first segment. */
  private long payloadOf(ShardId shard, int index) throws Exception {
    return payloadsOf(shard, index).getFirst();
  }

  private List<Long> payloadsOf(ShardId shard, int index) throws Exception {
    SegmentInput input = new SegmentInput(1, bench.disk.open(Segment.fileName(1)), 64 << 10);
    List<Long> found = new ArrayList<>();
    new SegmentScan(input, 0, input.size())
        .visit(
            SegmentHeader.FIRST_RECORD,
            input.size(),
            new SegmentScan.Visitor() {
              @Override
              public void record(RecordHeader header, long position) {
                boolean wanted =
                    header.kind() == RecordKind.ENTRY
                        && header.shard() == shard.number()
                        && header.index() == index;
                if (wanted) {
                  found.add(position + RecordHeader.BYTES);
                }
              }

              @Override
              public void damagedPayload(RecordHeader header, long position) {}

              @Override
              public void damage(long from, long to) {}
            });
    return found;
  }

  @Test
  void a_damaged_entry_ends_its_log_and_leaves_the_others() throws Exception {
    bench.disk.corrupt(Segment.fileName(1), payloadOf(A, 5) + 7, 0x10);

    OpenedJournal opened = bench.reopenAfterKill();

    RecoveredShard damaged = opened.shard(A).orElseThrow();
    assertThat(damaged.damaged()).isTrue();
    assertThat(damaged.state().suspended()).isTrue();
    assertThat(damaged.last()).isEqualTo(entries.get(3).position());
    assertThat(bench.readAll(A, 1)).isEqualTo(entries.subList(0, 4));
    RecoveredShard whole = opened.shard(B).orElseThrow();
    assertThat(whole.damaged()).isFalse();
    assertThat(whole.state()).isEqualTo(state(1));
    assertThat(bench.readAll(B, 1)).isEqualTo(entries);
  }

  @Test
  void a_damaged_header_suspends_all_that_it_may_have_belonged_to() throws Exception {
    bench.disk.corrupt(Segment.fileName(1), payloadOf(A, 5) - RecordHeader.BYTES + 20, 0x10);

    OpenedJournal opened = bench.reopenAfterKill();

    assertThat(opened.unknownDamage()).isTrue();
    assertThat(opened.shard(A).orElseThrow().damaged()).isTrue();
    assertThat(opened.shard(B).orElseThrow().damaged()).isTrue();
    assertThat(bench.readAll(A, 1)).isEqualTo(entries.subList(0, 4));
    assertThat(bench.readAll(B, 1)).isEqualTo(entries.subList(0, 4));
  }

  @Test
  void a_replica_whose_beginning_was_lost_is_in_doubt_at_later_starts_too() throws Exception {
    long stateOfA = SegmentHeader.FIRST_RECORD + RecordHeader.BYTES;
    bench.disk.corrupt(Segment.fileName(1), stateOfA + 20, 0x10);
    assertThat(bench.reopenAfterKill().shard(A)).isEmpty();

    OpenedJournal again = bench.reopenAfterKill();

    assertThat(again.shard(A)).isEmpty();
    assertThat(again.unknownDamage()).isTrue();
  }

  @Test
  void damage_that_a_later_segment_disproves_suspends_only_the_one_it_hit() throws Exception {
    List<LogEntry> more = entries(entries.getLast().position(), 1, 40, PAYLOAD);
    for (LogEntry entry : more) {
      bench.write(batch(B, List.of(entry)));
    }
    bench.disk.corrupt(Segment.fileName(1), payloadOf(A, 5) - RecordHeader.BYTES + 20, 0x10);

    OpenedJournal opened = bench.reopenAfterKill();

    assertThat(opened.unknownDamage()).isFalse();
    assertThat(opened.shard(A).orElseThrow().damaged()).isTrue();
    assertThat(opened.shard(B).orElseThrow().damaged()).isFalse();
    assertThat(bench.readAll(B, 1)).hasSize(60);
  }

  @Test
  void a_later_end_that_agrees_does_not_hide_a_lost_entry_in_the_middle() throws Exception {
    List<LogEntry> renewed = entries(entries.get(8).position(), 2, 5, PAYLOAD);
    for (LogEntry entry : renewed) {
      bench.write(batch(A, List.of(entry)));
    }
    List<LogEntry> more = entries(entries.getLast().position(), 1, 40, PAYLOAD);
    for (LogEntry entry : more) {
      bench.write(batch(B, List.of(entry)));
    }
    bench.disk.corrupt(
        Segment.fileName(1), payloadsOf(A, 10).getLast() - RecordHeader.BYTES + 20, 0x10);

    OpenedJournal opened = bench.reopenAfterKill();

    assertThat(opened.shard(A).orElseThrow().damaged()).isTrue();
    assertThat(bench.readAll(A, 1)).isEqualTo(entries.subList(0, 10));
    assertThat(opened.shard(B).orElseThrow().damaged()).isFalse();
  }

  @Test
  void a_replica_whose_beginning_is_lost_does_not_pass_for_a_new_one() throws Exception {
    bench.write(JournalBatch.builder().state(A, state(2)));
    bench.write(batch(B, entries(entries.getLast().position(), 1, 1, 10)));
    int firstState = SegmentHeader.FIRST_RECORD + RecordHeader.BYTES;
    bench.disk.corrupt(Segment.fileName(1), firstState + 20, 0x10);

    OpenedJournal opened = bench.reopenAfterKill();

    RecoveredShard known = opened.shard(A).orElseThrow();
    assertThat(known.damaged()).isTrue();
    assertThat(known.state().term()).isEqualTo(2);
    assertThat(known.state().suspended()).isTrue();
  }

  @Test
  void a_cancelled_entry_may_be_damaged() throws Exception {
    List<LogEntry> renewed = entries(entries.get(2).position(), 2, 1, PAYLOAD);
    bench.write(batch(A, renewed));
    bench.write(batch(B, entries(entries.getLast().position(), 1, 1, 10)));
    bench.disk.corrupt(Segment.fileName(1), payloadOf(A, 5) + 7, 0x10);

    OpenedJournal opened = bench.reopenAfterKill();

    assertThat(opened.shard(A).orElseThrow().damaged()).isFalse();
    assertThat(opened.shard(A).orElseThrow().last()).isEqualTo(renewed.getLast().position());
  }

  @Test
  void a_bad_end_is_cut_and_leaves_doubt() throws Exception {
    bench.disk.corrupt(Segment.fileName(1), payloadOf(B, 20) + 7, 0x10);

    OpenedJournal opened = bench.reopenAfterKill();

    RecoveredShard cut = opened.shard(B).orElseThrow();
    assertThat(cut.damaged()).isFalse();
    assertThat(cut.doubtful()).isTrue();
    assertThat(cut.state().doubtful()).isTrue();
    assertThat(cut.last()).isEqualTo(entries.get(18).position());
    assertThat(opened.shard(A).orElseThrow().state().doubtful()).isTrue();
    assertThat(opened.shard(A).orElseThrow().last()).isEqualTo(entries.getLast().position());
  }

  @Test
  void after_a_clean_end_a_bad_end_is_damage() throws Exception {
    bench.journal().close(bench.loop, () -> {});
    bench.settle();
    bench.disk.corrupt(Segment.fileName(1), payloadOf(B, 20) + 7, 0x10);

    OpenedJournal opened = bench.open();

    assertThat(opened.shard(B).orElseThrow().damaged()).isTrue();
    assertThat(opened.shard(A).orElseThrow().damaged()).isFalse();
    assertThat(opened.shard(A).orElseThrow().doubtful()).isFalse();
  }

  @Test
  void a_repaired_log_is_not_found_damaged_again() throws Exception {
    bench.disk.corrupt(Segment.fileName(1), payloadOf(A, 5) + 7, 0x10);
    bench.reopenAfterKill();
    List<LogEntry> repaired = entries(entries.get(3).position(), 2, 30, PAYLOAD);
    bench.write(batch(A, repaired));
    bench.write(JournalBatch.builder().state(A, state(2)));

    for (int i = 0; i < 3; i++) {
      RecoveredShard recovered = bench.reopenAfterPowerLoss().shard(A).orElseThrow();
      assertThat(recovered.damaged()).isFalse();
      assertThat(recovered.state()).isEqualTo(state(2));
      assertThat(recovered.last()).isEqualTo(repaired.getLast().position());
      assertThat(bench.readAll(A, 5)).isEqualTo(repaired);
    }
  }

  @Test
  void a_suspended_log_stays_suspended_until_it_is_said_to_be_whole() throws Exception {
    bench.disk.corrupt(Segment.fileName(1), payloadOf(A, 5) + 7, 0x10);
    bench.reopenAfterKill();

    RecoveredShard again = bench.reopenAfterPowerLoss().shard(A).orElseThrow();

    assertThat(again.damaged()).isFalse();
    assertThat(again.state().suspended()).isTrue();
    assertThat(again.last()).isEqualTo(entries.get(3).position());
  }

  @Test
  void an_unreadable_header_has_a_copy() throws Exception {
    bench.disk.corrupt(Segment.fileName(1), 3, 0xFF);

    OpenedJournal opened = bench.reopenAfterKill();

    assertThat(opened.findings()).isEmpty();
    assertThat(bench.readAll(A, 1)).isEqualTo(entries);
  }

  @Test
  void a_segment_whose_headers_are_both_lost_still_counts() throws Exception {
    bench.disk.corrupt(Segment.fileName(1), 3, 0xFF);
    bench.disk.corrupt(Segment.fileName(1), SegmentHeader.COPY_OFFSET + 3, 0xFF);

    OpenedJournal opened = bench.reopenAfterKill();

    assertThat(opened.findings()).isNotEmpty();
    assertThat(bench.readAll(A, 1)).isEqualTo(entries);
    assertThat(bench.readAll(B, 1)).isEqualTo(entries);
  }

  @Test
  void a_damaged_entry_is_not_given_to_a_reader() throws Exception {
    bench.disk.corrupt(Segment.fileName(1), payloadOf(A, 5) + 7, 0x10);

    assertThat(bench.read(A, 5, 100)).isInstanceOf(ReadResult.Unreadable.class);
    assertThat(bench.read(A, 1, 100)).isInstanceOf(ReadResult.Entries.class);
  }
}
