package dev.keelson.datanode.journal;

import static dev.keelson.datanode.journal.JournalBench.entries;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.core.replication.LogEntry;
import dev.keelson.core.replication.Position;
import dev.keelson.core.replication.ReplicaState;
import dev.keelson.core.shard.ShardId;
import dev.keelson.datanode.disk.FileDisk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal on real files with real threads. */
class JournalFilesTest {
  @TempDir Path directory;

  private final List<Throwable> failures = new ArrayList<>();
  private final ExecutorService background = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void nothingFailed() {
    background.close();
    assertThat(failures).isEmpty();
  }

  /** Opens, uses and closes a journal. */
  private void with(Use use) throws Exception {
    try (FileDisk disk = FileDisk.open(directory);
        JournalThread writer = new JournalThread((what, cause) -> failures.add(cause))) {
      OpenedJournal opened =
          Journal.open(
              disk,
              JournalConfig.DEFAULT,
              writer,
              background,
              (what, cause) -> failures.add(cause));
      use.use(opened);
      CountDownLatch closed = new CountDownLatch(1);
      opened.journal().close(Runnable::run, closed::countDown);
      assertThat(closed.await(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  private interface Use {
    void use(OpenedJournal opened) throws Exception;
  }

  private static List<LogEntry> readAll(Journal journal, ShardId shard) throws Exception {
    List<LogEntry> all = new ArrayList<>();
    while (true) {
      CompletableFuture<ReadResult> result = new CompletableFuture<>();
      journal.read(shard, all.size() + 1L, 1 << 20, Runnable::run, result::complete);
      if (!(result.get(60, TimeUnit.SECONDS) instanceof ReadResult.Entries entries)) {
        return all;
      }
      all.addAll(entries.entries());
    }
  }

  @Test
  void many_writers_find_everything_after_reopening() throws Exception {
    int shards = 8;
    int perShard = 500;
    with(opened -> writeAll(opened.journal(), shards, perShard, 100, 50));
    List<LogEntry> expected = entries(Position.ZERO, 1, perShard, 100);
    with(
        opened -> {
          assertThat(opened.findings()).isEmpty();
          for (int shard = 0; shard < shards; shard++) {
            assertThat(readAll(opened.journal(), new ShardId(shard))).isEqualTo(expected);
          }
        });
  }

  /** One thread per shard, each with up to {@code inFlight} batches of one entry. */
  private static void writeAll(Journal journal, int shards, int perShard, int payload, int inFlight)
      throws Exception {
    List<LogEntry> log = entries(Position.ZERO, 1, perShard, payload);
    CountDownLatch done = new CountDownLatch(shards * perShard);
    try (ExecutorService writers = Executors.newFixedThreadPool(Math.min(shards, 8))) {
      for (int shard = 0; shard < shards; shard++) {
        ShardId id = new ShardId(shard);
        writers.execute(() -> writeLog(journal, id, log, inFlight, done));
      }
    }
    assertThat(done.await(120, TimeUnit.SECONDS)).isTrue();
  }

  private static void writeLog(
      Journal journal, ShardId shard, List<LogEntry> log, int inFlight, CountDownLatch done) {
    Semaphore room = new Semaphore(inFlight);
    try {
      ReplicaState state = ReplicaState.fresh("storage");
      journal.append(JournalBatch.builder().state(shard, state).build(), Runnable::run, () -> {});
      for (LogEntry entry : log) {
        room.acquire();
        journal.append(
            JournalBatch.builder().entry(shard, entry).build(),
            Runnable::run,
            () -> {
              room.release();
              done.countDown();
            });
      }
    } catch (JournalFullException | InterruptedException unexpected) {
      throw new IllegalStateException(unexpected);
    }
  }

  @Test
  @Tag("long")
  void appends_per_second() throws Exception {
    for (int inFlight : new int[] {1, 8, 64, 64}) {
      int count = inFlight == 1 ? 20_000 : 200_000;
      with(
          opened -> {
            opened.shards().keySet().forEach(opened.journal()::drop);
            long started = System.nanoTime();
            writeAll(opened.journal(), 1, count, 128, inFlight);
            double seconds = (System.nanoTime() - started) / 1e9;
            System.out.printf(
                "journal: %d in flight: %,.0f appends/s, %.1f per force%n",
                inFlight, count / seconds, (double) count / opened.journal().status().forces());
          });
    }
  }

  @Test
  @Tag("long")
  void opening_per_second() throws Exception {
    with(opened -> writeAll(opened.journal(), 8, 200_000, 128, 1000));
    long started = System.nanoTime();
    with(
        opened -> {
          System.out.printf(
              "journal: opened %,d entries in %d segments in %.2f s%n",
              1_600_000, opened.journal().status().segments(), (System.nanoTime() - started) / 1e9);
          long reading = System.nanoTime();
          int count = 0;
          for (ShardId shard : opened.shards().keySet()) {
            count += readAll(opened.journal(), shard).size();
          }
          System.out.printf(
              "journal: read back %,.0f entries/s%n",
              count / ((System.nanoTime() - reading) / 1e9));
        });
  }
}
