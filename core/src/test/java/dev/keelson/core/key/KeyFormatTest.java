package dev.keelson.core.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.hash.Hashing;
import com.google.protobuf.ByteString;
import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.schema.ColumnType;
import dev.keelson.core.schema.RowValues;
import dev.keelson.core.schema.SampleTables;
import dev.keelson.core.schema.TableSchema;
import dev.keelson.proto.v1.Cell;
import dev.keelson.proto.v1.Value;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The bytes of keys and the hashes of partitions as they are on disks: none of these changes. */
class KeyFormatTest {
  private final TableSchema flights = SampleTables.flights();

  @Test
  void a_key_has_these_bytes_for_ever() {
    RowKey key =
        encode(
            flights,
            SampleTables.text("origin", "A\0B"),
            SampleTables.instant("departure", 1),
            SampleTables.number("number", -1));

    assertThat(hex(key.bytes()))
        .isEqualTo(
            "00000007" // the table
                + "4100ff420001" // A\0B, escaped and ended
                + "7ffffffffffffffe" // 1 with its sign turned over, then all bits
                + "7fffffffffffffff" // -1 with its sign turned over
                + "0006"); // the length of the partition
    assertThat(key.tableId()).isEqualTo(7);
    assertThat(hex(key.partition())).isEqualTo("4100ff420001");
  }

  @Test
  void every_type_has_these_bytes_for_ever() {
    assertThat(ascending(ColumnType.BOOL, it -> it.setBoolValue(true))).isEqualTo("01");
    assertThat(ascending(ColumnType.INT64, it -> it.setInt64Value(258)))
        .isEqualTo("8000000000000102");
    assertThat(ascending(ColumnType.TIMESTAMP, it -> it.setTimestampMicros(-2)))
        .isEqualTo("7ffffffffffffffe");
    assertThat(ascending(ColumnType.DATE, it -> it.setDateDays(1))).isEqualTo("80000001");
    assertThat(ascending(ColumnType.DOUBLE, it -> it.setDoubleValue(1.0)))
        .isEqualTo("bff0000000000000");
    assertThat(ascending(ColumnType.DOUBLE, it -> it.setDoubleValue(-1.0)))
        .isEqualTo("400fffffffffffff");
    assertThat(ascending(ColumnType.DOUBLE, it -> it.setDoubleValue(-0.0)))
        .isEqualTo("8000000000000000");
    assertThat(ascending(ColumnType.STRING, it -> it.setStringValue(""))).isEqualTo("0001");
    assertThat(ascending(ColumnType.STRING, it -> it.setStringValue("é"))).isEqualTo("c3a90001");
    assertThat(ascending(ColumnType.BYTES, it -> it.setBytesValue(bytes("00ff"))))
        .isEqualTo("00ffff0001");
    String uuid = "00112233445566778899aabbccddeeff";
    assertThat(ascending(ColumnType.UUID, it -> it.setUuidValue(bytes(uuid)))).isEqualTo(uuid);
  }

  @Test
  void partitions_have_these_hashes_for_ever() {
    assertThat(hash("")).isEqualTo(0);
    assertThat(hash("00")).isEqualTo(0x514e28b7);
    assertThat(hash("54455354"))
        .isEqualTo(
            Hashing.murmur3_32_fixed().hashBytes("TEST".getBytes(StandardCharsets.UTF_8)).asInt());
    assertThat(encode(flights, row("ATL")).partitionHash()).isEqualTo(0x36a1e21a);
    assertThat(encode(flights, row("LAX")).partitionHash()).isEqualTo(0x9d5534e3);
    assertThat(encode(flights, row("")).partitionHash()).isEqualTo(0x70e1a2c0);
  }

  @Test
  void the_hash_is_MurmurHash3_as_others_compute_it() {
    SplittableRandom random = new SplittableRandom(7);
    for (int length = 0; length < 300; length++) {
      byte[] bytes = new byte[length + 3];
      random.nextBytes(bytes);

      assertThat(PartitionHash.of(bytes, 2, length + 2))
          .isEqualTo(Hashing.murmur3_32_fixed().hashBytes(bytes, 2, length).asInt());
    }
  }

  @Test
  void equal_partition_keys_of_different_tables_lie_together() {
    TableSchema one = SampleTables.keyedBy(1, List.of(ColumnType.STRING), List.of(false));
    TableSchema two =
        SampleTables.keyedBy(2, List.of(ColumnType.STRING, ColumnType.INT64), List.of(false, true));

    RowKey a = encode(one, SampleTables.text("c0", "ATL"));
    RowKey b = encode(two, SampleTables.text("c0", "ATL"), SampleTables.number("c1", 5));

    assertThat(a.partition()).isEqualTo(b.partition());
    assertThat(a.partitionHash()).isEqualTo(b.partitionHash());
    assertThat(a.bytes()).isNotEqualTo(b.bytes());
  }

  @Test
  void hashes_spread_over_the_whole_space() {
    int[] rows = new int[16];
    for (int i = 0; i < 16_000; i++) {
      rows[encode(flights, row("K" + i)).partitionHash() >>> 28]++;
    }
    assertThat(Arrays.stream(rows).boxed()).allSatisfy(it -> assertThat(it).isBetween(850, 1_150));
  }

  @Test
  void a_missing_key_column_is_refused_by_name() {
    refused(
        ErrorCode.NULL_IN_KEY,
        "Column departure of the primary key of table main.flights has no value",
        SampleTables.text("origin", "ATL"),
        SampleTables.number("number", 1));
    refused(
        ErrorCode.NULL_IN_KEY,
        "Column origin",
        SampleTables.nothing("origin"),
        SampleTables.instant("departure", 0),
        SampleTables.number("number", 1));
  }

  @Test
  void NaN_has_no_place_in_a_key() {
    TableSchema table = SampleTables.keyedBy(1, List.of(ColumnType.DOUBLE), List.of(false));
    assertThatThrownBy(() -> encode(table, SampleTables.real("c0", Double.NaN)))
        .hasMessageContaining("Column c0 of the primary key is NaN");
  }

  @Test
  void a_key_may_have_4_KiB_and_not_a_byte_more() {
    // Table, terminator, two numbers and the suffix take 24 bytes.
    assertThat(encode(flights, row("x".repeat(4_096 - 24))).bytes().size()).isEqualTo(4_096);
    refused(ErrorCode.KEY_TOO_LARGE, "more than 4096 bytes", row("x".repeat(4_096 - 23)));
    refused(ErrorCode.KEY_TOO_LARGE, "more than 4096 bytes", row("\0".repeat(4_000)));
    refused(ErrorCode.KEY_TOO_LARGE, "more than 4096 bytes", row("x".repeat(1 << 20)));
  }

  @Test
  void the_prefix_after_the_greatest_bytes_is_the_end() {
    assertThat(KeyRange.afterPrefix(bytes("ffff")).isEmpty()).isTrue();
    assertThat(hex(KeyRange.afterPrefix(bytes("01ffff")))).isEqualTo("02");
    assertThat(hex(KeyRange.afterPrefix(bytes("0100")))).isEqualTo("0101");
    assertThat(new KeyRange(bytes("05"), ByteString.EMPTY).contains(bytes("ffffff"))).isTrue();
    assertThat(new KeyRange(bytes("05"), bytes("05")).isEmpty()).isTrue();
    assertThat(new KeyRange(bytes("05"), bytes("04")).isEmpty()).isTrue();
    assertThat(new KeyRange(bytes("05"), ByteString.EMPTY).isEmpty()).isFalse();
  }

  @Test
  void bytes_of_another_table_are_not_decoded() {
    ByteString key = encode(flights, row("ATL")).bytes();
    TableSchema other = SampleTables.keyedBy(8, List.of(ColumnType.STRING), List.of(false));

    assertThatThrownBy(() -> new KeyDecoder(other).decode(key))
        .isInstanceOf(MalformedKeyException.class)
        .hasMessageContaining("the key is of table 7");
  }

  @Test
  void garbage_is_refused_or_is_a_key_that_encodes_to_itself() {
    ByteString key = encode(flights, row("A\0TL")).bytes();
    KeyDecoder decoder = new KeyDecoder(flights);
    SplittableRandom random = new SplittableRandom(42);
    int decoded = 0;
    for (int i = 0; i < 50_000; i++) {
      ByteString garbage = ByteString.copyFrom(garbled(key.toByteArray(), random));
      try {
        List<Value> values = decoder.decode(garbage);
        Cell[] cells = {
          SampleTables.cell("origin", values.get(0)),
          SampleTables.cell("departure", values.get(1)),
          SampleTables.cell("number", values.get(2))
        };
        assertThat(encode(flights, cells).bytes()).isEqualTo(garbage);
        decoded++;
      } catch (MalformedKeyException expected) {
        assertThat(expected.getMessage()).isNotEmpty();
      }
    }
    assertThat(decoded).isBetween(500, 49_500);
  }

  private static byte[] garbled(byte[] key, SplittableRandom random) {
    byte[] bytes = Arrays.copyOf(key, random.nextInt(10) == 0 ? random.nextInt(40) : key.length);
    for (int changes = random.nextInt(4); changes > 0 && bytes.length > 0; changes--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    return bytes;
  }

  private static Cell[] row(String origin) {
    return new Cell[] {
      SampleTables.text("origin", origin),
      SampleTables.instant("departure", 0),
      SampleTables.number("number", 1)
    };
  }

  private static RowKey encode(TableSchema schema, Cell... cells) {
    return new KeyEncoder(schema, 4_096).encode(RowValues.of(schema, List.of(cells)));
  }

  private void refused(ErrorCode code, String message, Cell... cells) {
    assertThatThrownBy(() -> encode(flights, cells))
        .isInstanceOfSatisfying(
            DatabaseException.class, it -> assertThat(it.code()).isEqualTo(code))
        .hasMessageContaining(message);
  }

  private static String ascending(
      ColumnType type, java.util.function.UnaryOperator<Value.Builder> value) {
    TableSchema schema = SampleTables.keyedBy(1, List.of(type), List.of(false));
    return hex(
        encode(schema, SampleTables.cell("c0", value.apply(Value.newBuilder()).build()))
            .partition());
  }

  private static int hash(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    return PartitionHash.of(bytes, 0, bytes.length);
  }

  private static ByteString bytes(String hex) {
    return ByteString.copyFrom(HexFormat.of().parseHex(hex));
  }

  private static String hex(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }
}
