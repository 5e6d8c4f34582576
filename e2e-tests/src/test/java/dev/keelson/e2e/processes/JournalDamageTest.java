package dev.keelson.e2e.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A node whose disk has changed what was written: it may not be trusted, but it comes back. */
@Tag("processes")
@ExtendWith(ClusterExtension.class)
class JournalDamageTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int FIRST_RECORD = 4096;
  private static final int FLIPPED = 64;

  @Test
  void a_torn_end_of_the_journal_costs_nothing_acknowledged(LocalCluster cluster)
      throws IOException {
    damaged(cluster, "torn_journal", (used, at) -> used - FLIPPED, "torn at");
  }

  @Test
  void damage_within_the_journal_suspends_replicas_until_they_have_caught_up(LocalCluster cluster)
      throws IOException {
    damaged(cluster, "damaged_journal", (used, at) -> (used + FIRST_RECORD) / 2, "suspended");
  }

  private interface Where {
    long at(long used, long size);
  }

  private static void damaged(LocalCluster cluster, String table, Where where, String said)
      throws IOException {
    ServerProcess victim = cluster.node("n3");
    try (Ledger ledger = Ledger.open(cluster, table, Duration.ofMillis(5))) {
      ledger.awaitProgress(LIMIT);
      victim.kill();
      flip(victim.directory().resolve("journal"), where);
      ledger.awaitProgress(LIMIT);
      long logged = victim.logSize();
      victim.start().awaitReady();
      assertThat(victim.logFrom(logged)).contains(said);
      cluster.awaitWhole(ledger.client(), 100);
      Ledger.Balance balance = ledger.settle();
      assertThat(balance.isEven()).as(balance.toString()).isTrue();
      // Now every majority needs the node that was damaged.
      cluster.awaitWhole();
      cluster.node("n1").kill();
      Ledger.Balance again = ledger.settle();
      assertThat(again).isEqualTo(balance);
      cluster.node("n1").start().awaitReady();
      cluster.awaitWhole();
    }
  }

  /** Flips bytes in the segment that was written last. */
  private static void flip(Path journal, Where where) throws IOException {
    List<Path> segments;
    try (Stream<Path> files = Files.list(journal)) {
      segments =
          files.filter(it -> it.toString().endsWith(".segment")).sorted().toList().reversed();
    }
    for (Path segment : segments) {
      byte[] bytes = Files.readAllBytes(segment);
      int used = bytes.length;
      while (used > 0 && bytes[used - 1] == 0) {
        used--;
      }
      if (used > FIRST_RECORD + 2 * FLIPPED) {
        int at = (int) where.at(used, bytes.length);
        for (int i = at; i < at + FLIPPED; i++) {
          bytes[i] = (byte) ~bytes[i];
        }
        try (FileChannel file = FileChannel.open(segment, StandardOpenOption.WRITE)) {
          int unused = file.write(ByteBuffer.wrap(bytes, at, FLIPPED), at);
        }
        return;
      }
    }
    throw new IllegalStateException("nothing was written in " + journal);
  }
}
