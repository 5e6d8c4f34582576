package dev.keelson.datanode.journal;

import static dev.keelson.datanode.journal.JournalBench.A;
import static dev.keelson.datanode.journal.JournalBench.batch;
import static dev.keelson.datanode.journal.JournalBench.entries;
import static dev.keelson.datanode.journal.JournalBench.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keelson.core.replication.LogEntry;
import dev.keelson.core.replication.Position;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The journal stops taking entries before the disk is full, and goes on when there is room. */
class JournalFullDiskTest {
  private static final long SEGMENT = JournalBench.CONFIG.segmentBytes();

  private final JournalBench bench = new JournalBench(1, 8 * SEGMENT, JournalBench.CONFIG);
  private final List<LogEntry> written = new ArrayList<>();

  /** Writes until entries are refused. */
  private void fill() throws Exception {
    for (int i = 0; i < 1000; i++) {
      Position last = written.isEmpty() ? Position.ZERO : written.getLast().position();
      LogEntry entry = entries(last, 1, 1, 3000).getFirst();
      try {
        bench.write(batch(A, List.of(entry)));
      } catch (JournalFullException full) {
        assertThat(full.shortage()).isEqualTo(JournalFullException.Shortage.DISK);
        assertThat(full).hasMessageContaining("delete data or grow the volume");
        bench.settle();
        return;
      }
      written.add(entry);
    }
    throw new AssertionError("never full");
  }

  private void open() throws Exception {
    bench.open();
    bench.write(JournalBatch.builder().state(A, state(1)));
  }

  @Test
  void entries_are_refused_before_the_reserve_is_touched() throws Exception {
    open();
    fill();

    assertThat(bench.journal().full()).isTrue();
    assertThat(bench.disk.usableBytes()).isGreaterThanOrEqualTo(2 * SEGMENT);
    assertThat(bench.readAll(A, 1)).isEqualTo(written);
    assertThat(bench.failures).isEmpty();
  }

  @Test
  void states_are_still_admitted_for_long() throws Exception {
    open();
    fill();
    for (int term = 2; term < 300; term++) {
      bench.write(JournalBatch.builder().state(A, state(term)));
    }

    assertThat(bench.reopenAfterPowerLoss().shard(A).orElseThrow().state()).isEqualTo(state(299));
    assertThat(bench.readAll(A, 1)).isEqualTo(written);
  }

  @Test
  void entries_are_taken_again_when_there_is_room() throws Exception {
    open();
    fill();
    int before = written.size();
    bench.disk.capacity(16 * SEGMENT);
    assertThatThrownBy(this::writeOne).isInstanceOf(JournalFullException.class);
    bench.settle();

    assertThat(bench.journal().full()).isFalse();
    fill();
    assertThat(written.size()).isGreaterThan(before + 100);
  }

  private void writeOne() throws Exception {
    bench.write(batch(A, entries(written.getLast().position(), 1, 1, 10)));
  }

  @Test
  void a_disk_filled_by_others_stalls_states_until_there_is_room() throws Exception {
    open();
    fill();
    bench.disk.capacity(bench.disk.usedBytes());
    List<Integer> durable = new ArrayList<>();
    for (int term = 2; term < 2000; term++) {
      int of = term;
      bench
          .journal()
          .append(
              JournalBatch.builder().state(A, state(term)).build(),
              bench.loop,
              () -> durable.add(of));
      bench.settle();
    }
    assertThat(durable).isNotEmpty().hasSizeLessThan(1998);
    assertThat(bench.failures).isEmpty();
    bench.disk.capacity(16 * SEGMENT);
    bench.write(JournalBatch.builder().state(A, state(2000)));

    assertThat(durable).hasSize(1998).isSorted();
  }

  @Test
  void a_start_on_a_full_disk_uses_the_reserve_or_says_what_is_missing() throws Exception {
    open();
    fill();
    bench.reopenAfterKill();
    bench.settle();
    assertThat(bench.readAll(A, 1)).isEqualTo(written);
    bench.disk.capacity(bench.disk.usedBytes());

    assertThatThrownBy(bench::reopenAfterKill)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("No space left");
  }

  @Test
  void too_much_waiting_is_refused() throws Exception {
    open();
    List<LogEntry> entries = entries(Position.ZERO, 1, 100, 3000);
    assertThatThrownBy(
            () -> {
              for (LogEntry entry : entries) {
                bench.journal().append(batch(A, List.of(entry)).build(), bench.loop, () -> {});
              }
            })
        .isInstanceOf(JournalFullException.class)
        .hasMessageContaining("waiting for the disk");
    assertThat(bench.journal().full()).isFalse();
    bench.settle();

    assertThat(bench.journal().status().queuedBytes()).isZero();
  }
}
