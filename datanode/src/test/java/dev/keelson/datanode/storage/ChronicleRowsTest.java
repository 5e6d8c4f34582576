package dev.keelson.datanode.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.keelson.core.command.VersionedRow;
import dev.keelson.core.shard.ShardId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChronicleRowsTest extends OrderedRowsContract {
  @TempDir Path directory;

  private final ExecutorService background = Executors.newSingleThreadExecutor();

  @Override
  OrderedRows open() throws Exception {
    return RowsDirectory.open(directory, background).rows(new ShardId(3));
  }

  @AfterEach
  void stop() throws Exception {
    background.shutdown();
    assertThat(background.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
  }

  private long files() throws Exception {
    try (Stream<Path> files = Files.list(directory)) {
      return files.count();
    }
  }

  @Test
  void nothing_is_left_on_disk_after_closing() throws Exception {
    OrderedRows rows = open();
    for (int i = 0; i < 30_000; i++) {
      rows.put(ByteString.copyFromUtf8("key-" + i), i, ByteString.copyFromUtf8("row-" + i));
    }
    rows.close();
    stop();

    assertThat(files()).isZero();
  }

  @Test
  void files_of_an_earlier_start_are_deleted() throws Exception {
    Files.writeString(directory.resolve("shard-3-1.rows"), "old");

    open().close();

    assertThat(files()).isZero();
  }

  @Test
  @Tag("long")
  void a_million_rows_with_growth() throws Exception {
    RowsDirectory.open(directory, background).warmUp();
    background.submit(() -> {}).get(120, TimeUnit.SECONDS);
    try (OrderedRows rows = open()) {
      Random random = new Random(5);
      int count = 1_000_000;
      long slowest = 0;
      int late = 0;
      long started = System.nanoTime();
      for (int i = 0; i < count; i++) {
        long before = System.nanoTime();
        rows.put(key(i), i, ByteString.copyFrom(new byte[100]));
        long took = System.nanoTime() - before;
        slowest = Math.max(slowest, took);
        late += took > 50_000_000 ? 1 : 0;
      }
      print("puts", count, started);
      System.out.printf("slowest put %.1f ms, %d above 50 ms%n", slowest / 1e6, late);
      started = System.nanoTime();
      for (int i = 0; i < count; i++) {
        int wanted = random.nextInt(count);
        assertThat(rows.row(key(wanted)).map(VersionedRow::version).orElse(-1L)).isEqualTo(wanted);
      }
      print("gets", count, started);
      started = System.nanoTime();
      int[] seen = new int[1];
      rows.scan(ByteString.EMPTY, ByteString.EMPTY, false, (key, row) -> ++seen[0] > 0);
      print("scanned rows", seen[0], started);
      assertThat(seen[0]).isEqualTo(count);
    }
  }

  @Test
  @Tag("long")
  void bytes_per_key_in_the_index() {
    for (boolean ascending : new boolean[] {true, false}) {
      Random random = new Random(5);
      System.gc();
      long before = used();
      KeyIndex index = new KeyIndex();
      int count = 1_000_000;
      for (int i = 0; i < count; i++) {
        index.add(key(ascending ? i : random.nextInt()).toByteArray());
      }
      System.gc();
      System.out.printf(
          "%d keys of %d bytes, %s: %.1f bytes each%n",
          index.size(),
          key(1).size(),
          ascending ? "ascending" : "random",
          (double) (used() - before) / index.size());
      assertThat(index.contains(key(ascending ? 1 : new Random(5).nextInt()).toByteArray()))
          .isTrue();
    }
  }

  private static ByteString key(int i) {
    byte[] key = "0004/flights/............".getBytes(StandardCharsets.US_ASCII);
    long rest = Integer.toUnsignedLong(i);
    for (int at = key.length - 1; at >= 13; at--) {
      key[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return UnsafeByteOperations.unsafeWrap(key);
  }

  private static long used() {
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static void print(String what, int count, long started) {
    System.out.printf("%s: %,.0f/s%n", what, count / ((System.nanoTime() - started) / 1e9));
  }
}
