package dev.keelson.datanode.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.keelson.core.command.VersionedRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What all rows must do, however they lie. */
abstract class OrderedRowsContract {
  private static final Comparator<ByteString> ORDER =
      ByteString.unsignedLexicographicalComparator();

  abstract OrderedRows open() throws Exception;

  /** A row as a scan shows it. */
  private record Seen(ByteString key, VersionedRow row) {}

  private static ByteString bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return ByteString.copyFrom(bytes);
  }

  private static List<Seen> scan(
      OrderedRows rows, ByteString lower, ByteString upper, boolean reverse, int limit) {
    List<Seen> seen = new ArrayList<>();
    rows.scan(
        lower,
        upper,
        reverse,
        (key, row) -> {
          seen.add(new Seen(key, row));
          return seen.size() < limit;
        });
    return seen;
  }

  @Test
  void a_row_is_there_until_it_is_deleted() throws Exception {
    try (OrderedRows rows = open()) {
      rows.put(bytes(1), 7, bytes(9, 9));
      assertThat(rows.row(bytes(1))).contains(new VersionedRow(7, bytes(9, 9)));
      rows.put(bytes(1), 8, ByteString.EMPTY);
      assertThat(rows.row(bytes(1))).contains(new VersionedRow(8, ByteString.EMPTY));
      assertThat(rows.rowCount()).isEqualTo(1);
      rows.delete(bytes(1));
      rows.delete(bytes(1));
      assertThat(rows.row(bytes(1))).isEmpty();
      assertThat(rows.rowCount()).isZero();
    }
  }

  @Test
  void keys_are_ordered_as_unsigned_bytes() throws Exception {
    try (OrderedRows rows = open()) {
      List<ByteString> keys =
          List.of(bytes(0), bytes(0, 0), bytes(1), bytes(127), bytes(128), bytes(255, 1));
      for (ByteString key : keys.reversed()) {
        rows.put(key, 1, key);
      }
      List<ByteString> seen = new ArrayList<>();
      rows.scanKeys(ByteString.EMPTY, ByteString.EMPTY, false, seen::add);
      assertThat(seen).isEqualTo(keys);
      assertThat(scan(rows, bytes(1), bytes(255), true, 10))
          .extracting(Seen::key)
          .containsExactly(bytes(128), bytes(127), bytes(1));
      assertThat(scan(rows, bytes(5), bytes(5), false, 10)).isEmpty();
      assertThat(scan(rows, bytes(9), bytes(5), true, 10)).isEmpty();
    }
  }

  @Test
  void the_greatest_rows_and_keys_are_kept() throws Exception {
    try (OrderedRows rows = open()) {
      Random random = new Random(1);
      byte[] large = new byte[1 << 20];
      random.nextBytes(large);
      byte[] key = new byte[4096];
      for (int i = 0; i < 40; i++) {
        key[4095] = (byte) i;
        large[0] = (byte) i;
        rows.put(ByteString.copyFrom(key), i, ByteString.copyFrom(large));
      }
      for (int i = 0; i < 40; i++) {
        key[4095] = (byte) i;
        large[0] = (byte) i;
        assertThat(rows.row(ByteString.copyFrom(key)))
            .contains(new VersionedRow(i, ByteString.copyFrom(large)));
      }
      rows.put(ByteString.copyFrom(key), 99, bytes(5));
      assertThat(rows.row(ByteString.copyFrom(key))).contains(new VersionedRow(99, bytes(5)));
    }
  }

  @Test
  void rows_behave_like_a_sorted_map() throws Exception {
    for (long seed = 1; seed <= 3; seed++) {
      try (OrderedRows rows = open()) {
        liveLikeASortedMap(rows, new Random(seed));
      }
    }
  }

  private static void liveLikeASortedMap(OrderedRows rows, Random random) {
    TreeMap<ByteString, VersionedRow> model = new TreeMap<>(ORDER);
    int keys = 200 + random.nextInt(30_000);
    for (int i = 1; i <= 40_000; i++) {
      ByteString key = key(random, keys);
      if (random.nextInt(100) < 75) {
        ByteString row = row(random);
        rows.put(key, i, row);
        model.put(key, new VersionedRow(i, row));
      } else {
        rows.delete(key);
        model.remove(key);
      }
      if (i % 50 == 0) {
        ByteString asked = key(random, keys);
        assertThat(rows.row(asked)).isEqualTo(Optional.ofNullable(model.get(asked)));
      }
      if (i % 4000 == 0) {
        checkScan(rows, model, key(random, keys), key(random, keys), random.nextBoolean());
      }
    }
    assertThat(rows.rowCount()).isEqualTo(model.size());
    checkScan(rows, model, ByteString.EMPTY, ByteString.EMPTY, false);
    checkScan(rows, model, ByteString.EMPTY, ByteString.EMPTY, true);
  }

  private static ByteString key(Random random, int keys) {
    return ByteString.copyFromUtf8("table/partition-" + random.nextInt(keys));
  }

  private static ByteString row(Random random) {
    int size = random.nextInt(2000) == 0 ? random.nextInt(200_000) : random.nextInt(150);
    byte[] row = new byte[size];
    random.nextBytes(row);
    return ByteString.copyFrom(row);
  }

  private static void checkScan(
      OrderedRows rows,
      TreeMap<ByteString, VersionedRow> model,
      ByteString lower,
      ByteString upper,
      boolean reverse) {
    NavigableMap<ByteString, VersionedRow> range = model.tailMap(lower, true);
    if (!upper.isEmpty()) {
      range =
          ORDER.compare(lower, upper) < 0
              ? model.subMap(lower, true, upper, false)
              : new TreeMap<>(ORDER);
    }
    List<Seen> expected = new ArrayList<>();
    for (Map.Entry<ByteString, VersionedRow> row :
        (reverse ? range.descendingMap() : range).entrySet()) {
      expected.add(new Seen(row.getKey(), row.getValue()));
    }
    assertThat(scan(rows, lower, upper, reverse, Integer.MAX_VALUE).equals(expected)).isTrue();
  }
}
