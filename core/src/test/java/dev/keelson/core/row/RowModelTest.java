package dev.keelson.core.row;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.keelson.core.schema.ColumnType;
import dev.keelson.core.schema.RowValues;
import dev.keelson.core.schema.SampleTables;
import dev.keelson.core.schema.TableSchema;
import dev.keelson.core.schema.Values;
import dev.keelson.proto.v1.Cell;
import dev.keelson.proto.v1.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Rows behave like maps from columns to values, and garbage is never worse than refused. */
class RowModelTest {
  private static final List<ColumnType> TYPES =
      Arrays.stream(ColumnType.values())
          .flatMap(it -> java.util.stream.Stream.of(it, it, it))
          .toList();
  private static final TableSchema TABLE = SampleTables.valued(TYPES);

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void values_come_back_from_bytes(@ForAll("named") Map<Integer, Value> row)
      throws MalformedRowException {
    assertThat(decode(RowCodec.encode(values(row)))).isEqualTo(stored(row));
    assertThat(decode(RowCodec.encodeNamed(values(row)))).isEqualTo(row);
  }

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void merging_is_putting_one_map_over_the_other(
      @ForAll("named") Map<Integer, Value> row, @ForAll("named") Map<Integer, Value> update)
      throws MalformedRowException {
    Map<Integer, Value> expected = new TreeMap<>(row);
    expected.putAll(update);

    ByteString merged =
        RowCodec.merge(RowCodec.encode(values(row)), RowCodec.encodeNamed(values(update)));

    RowCodec.checkRow(merged);
    assertThat(merged).isEqualTo(RowCodec.encode(values(expected)));
  }

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void matching_is_comparing_the_named_columns(
      @ForAll("named") Map<Integer, Value> row, @ForAll("named") Map<Integer, Value> other)
      throws MalformedRowException {
    Map<Integer, Value> stored = stored(row);
    boolean expected =
        other.entrySet().stream()
            .allMatch(it -> same(stored.getOrDefault(it.getKey(), NULL), it.getValue()));

    assertThat(matches(row, other)).isEqualTo(expected);
    assertThat(matches(row, row)).isTrue();
  }

  @Test
  void garbage_is_refused_or_is_a_row_that_can_be_read_and_changed() {
    SplittableRandom random = new SplittableRandom(11);
    Map<Integer, Value> row = new TreeMap<>();
    for (int position = 1; position <= TYPES.size(); position++) {
      row.put(position, Values.any(TYPES.get(position - 1)).sample());
    }
    byte[] good = RowCodec.encodeNamed(values(row)).toByteArray();
    int read = 0;
    for (int i = 0; i < 30_000; i++) {
      ByteString garbage = ByteString.copyFrom(garbled(good, random));
      try {
        Map<Integer, Value> decoded = decode(garbage);
        ByteString merged = RowCodec.merge(RowCodec.encode(values(row)), garbage);
        RowCodec.checkRow(merged);
        assertThat(RowCodec.matches(merged, garbage)).isTrue();
        assertThat(decoded).isNotNull();
        read++;
      } catch (MalformedRowException expected) {
        assertThat(expected.getMessage()).isNotEmpty();
      }
    }
    assertThat(read).isBetween(500, 29_500);
  }

  @Provide
  Arbitrary<Map<Integer, Value>> named() {
    List<Arbitrary<List<Value>>> columns = new ArrayList<>();
    for (ColumnType type : TYPES) {
      // Not named, named with NULL, or named with a value.
      columns.add(
          Arbitraries.frequencyOf(
              net.jqwik.api.Tuple.of(2, Arbitraries.just(List.of())),
              net.jqwik.api.Tuple.of(1, Arbitraries.just(List.of(NULL))),
              net.jqwik.api.Tuple.of(3, Values.any(type).map(List::of))));
    }
    return Combinators.combine(columns)
        .as(
            chosen -> {
              Map<Integer, Value> row = new TreeMap<>();
              for (int i = 0; i < chosen.size(); i++) {
                for (Value value : chosen.get(i)) {
                  row.put(i + 1, value);
                }
              }
              return row;
            });
  }

  private static final Value NULL = Value.getDefaultInstance();

  private static byte[] garbled(byte[] good, SplittableRandom random) {
    byte[] bytes =
        Arrays.copyOf(good, random.nextInt(4) == 0 ? random.nextInt(good.length) : good.length);
    for (int changes = random.nextInt(4); changes > 0 && bytes.length > 0; changes--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    return bytes;
  }

  private static boolean same(Value a, Value b) {
    if (a.getKindCase() != b.getKindCase()) {
      return false;
    }
    double mine = a.getDoubleValue();
    double theirs = b.getDoubleValue();
    return a.getKindCase() == Value.KindCase.DOUBLE_VALUE
        ? mine == theirs || (Double.isNaN(mine) && Double.isNaN(theirs))
        : Objects.equals(a, b);
  }

  private static boolean matches(Map<Integer, Value> row, Map<Integer, Value> wanted)
      throws MalformedRowException {
    return RowCodec.matches(RowCodec.encode(values(row)), RowCodec.encodeNamed(values(wanted)));
  }

  private static Map<Integer, Value> stored(Map<Integer, Value> row) {
    Map<Integer, Value> stored = new TreeMap<>(row);
    stored.values().removeIf(NULL::equals);
    return stored;
  }

  private static RowValues values(Map<Integer, Value> row) {
    List<Cell> cells = new ArrayList<>();
    row.forEach(
        (position, value) -> cells.add(SampleTables.cell(TABLE.column(position).name(), value)));
    return RowValues.of(TABLE, cells);
  }

  /** By position; the ids of the table are the positions and one. */
  private static Map<Integer, Value> decode(ByteString row) throws MalformedRowException {
    Map<Integer, Value> decoded = new TreeMap<>();
    RowCursor cursor = new RowCursor(row);
    while (cursor.next()) {
      decoded.put(cursor.columnId() - 1, cursor.value());
    }
    return decoded;
  }
}
