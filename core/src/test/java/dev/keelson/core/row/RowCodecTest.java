package dev.keelson.core.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.keelson.core.schema.Column;
import dev.keelson.core.schema.ColumnType;
import dev.keelson.core.schema.RowValues;
import dev.keelson.core.schema.SampleTables;
import dev.keelson.core.schema.TableSchema;
import dev.keelson.proto.v1.Cell;
import dev.keelson.proto.v1.Value;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowCodecTest {
  private final TableSchema flights = SampleTables.flights();

  @Test
  void a_row_has_these_bytes_for_ever() {
    ByteString row =
        RowCodec.encode(
            values(
                SampleTables.text("origin", "ATL"),
                SampleTables.text("destination", "LAX"),
                SampleTables.number("delay", -3),
                SampleTables.real("distance", 1.0)));

    assertThat(hex(row))
        .isEqualTo(
            "01" // the format
                + "44"
                + "03"
                + "4c4158" // column 4, STRING of 3 bytes
                + "52"
                + "05" // column 5, INT64, zigzag
                + "63"
                + "000000000000f03f"); // column 6, DOUBLE, little endian
  }

  @Test
  void every_type_has_these_bytes_for_ever() {
    assertThat(column(ColumnType.BOOL, it -> it.setBoolValue(true))).isEqualTo("2101");
    assertThat(column(ColumnType.INT64, it -> it.setInt64Value(Long.MIN_VALUE)))
        .isEqualTo("22ffffffffffffffffff01");
    assertThat(column(ColumnType.STRING, it -> it.setStringValue(""))).isEqualTo("2400");
    assertThat(column(ColumnType.BYTES, it -> it.setBytesValue(ByteString.copyFromUtf8("\0"))))
        .isEqualTo("250100");
    assertThat(column(ColumnType.TIMESTAMP, it -> it.setTimestampMicros(1))).isEqualTo("2702");
    assertThat(column(ColumnType.DATE, it -> it.setDateDays(Integer.MIN_VALUE)))
        .isEqualTo("28ffffffff0f");
    assertThat(column(ColumnType.UUID, it -> it.setUuidValue(ByteString.copyFrom(new byte[16]))))
        .isEqualTo("26" + "00".repeat(16));
  }

  @Test
  void null_is_not_stored_but_told_in_an_update() {
    Cell[] cells = {SampleTables.nothing("delay"), SampleTables.text("destination", "")};

    assertThat(hex(RowCodec.encode(values(cells)))).isEqualTo("014400");
    assertThat(hex(RowCodec.encodeNamed(values(cells)))).isEqualTo("01440050");
    assertThat(hex(RowCodec.encode(values()))).isEqualTo("01");
  }

  @Test
  void an_update_changes_what_it_names_and_nothing_else() throws MalformedRowException {
    ByteString row =
        RowCodec.encode(
            values(SampleTables.text("destination", "LAX"), SampleTables.number("delay", 5)));
    ByteString update =
        RowCodec.encodeNamed(
            values(SampleTables.nothing("delay"), SampleTables.real("distance", 7)));

    ByteString merged = RowCodec.merge(row, update);

    assertThat(merged)
        .isEqualTo(
            RowCodec.encode(
                values(SampleTables.text("destination", "LAX"), SampleTables.real("distance", 7))));
  }

  @Test
  void null_equals_null_and_nothing_else() throws MalformedRowException {
    ByteString row = RowCodec.encode(values(SampleTables.text("destination", "LAX")));

    assertThat(matches(row, SampleTables.nothing("delay"))).isTrue();
    assertThat(matches(row, SampleTables.number("delay", 0))).isFalse();
    assertThat(matches(row, SampleTables.nothing("destination"))).isFalse();
    assertThat(matches(row, SampleTables.text("destination", "LAX"))).isTrue();
    assertThat(matches(row, SampleTables.text("destination", "LAY"))).isFalse();
    assertThat(matches(row, SampleTables.text("destination", "LA"))).isFalse();
    assertThat(matches(row)).isTrue();
  }

  @Test
  void doubles_are_equal_when_their_numbers_are() throws MalformedRowException {
    assertThat(sameDouble(0.0, -0.0)).isTrue();
    assertThat(sameDouble(Double.NaN, Double.longBitsToDouble(0x7ff8dead00000001L))).isTrue();
    assertThat(sameDouble(Double.NaN, 1)).isFalse();
    assertThat(sameDouble(1, Math.nextUp(1.0))).isFalse();
  }

  @Test
  void a_column_of_another_type_is_not_equal() throws MalformedRowException {
    ByteString instant = bytes("012702");
    assertThat(RowCodec.matches(instant, bytes("012202"))).isFalse();
    assertThat(RowCodec.matches(instant, bytes("012702"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", // nothing
        "02", // another format
        "0102", // column 0
        "012a", // tag 10
        "0121", // BOOL without its byte
        "012102", // BOOL 2
        "0122", // INT64 without its bytes
        "01228000", // a longer form than is needed
        "0122ffffffffffffffffff02", // beyond 64 bits
        "0122ffffffffffffffffffff01", // 11 bytes
        "0128ffffffff1f", // DATE beyond 32 bits
        "012405616263", // a string longer than the row
        "0124ffffffffffffffffff01", // a string of negative length
        "0124ffffffff0f", // a string of 4 GiB
        "0123000000", // half a double
        "012600", // part of a UUID
        "012101" + "2101", // the same column twice
        "013101" + "2101", // columns in the wrong order
        "01ffffffffffffffff7f01", // a column id beyond 32 bits
      })
  void bytes_that_are_no_row_are_refused(String hex) {
    assertThatThrownBy(() -> RowCodec.checkNamed(bytes(hex)))
        .isInstanceOf(MalformedRowException.class);
  }

  @Test
  void a_stored_row_has_no_null() {
    assertThatThrownBy(() -> RowCodec.checkRow(bytes("0120")))
        .isInstanceOf(MalformedRowException.class)
        .hasMessage("column 2 is stored as NULL");
  }

  @Test
  void a_string_that_is_not_UTF_8_is_refused_where_it_is_read() throws MalformedRowException {
    RowCursor cursor = new RowCursor(bytes("012401ff"));
    assertThat(cursor.next()).isTrue();
    assertThatThrownBy(cursor::value).isInstanceOf(MalformedRowException.class);
  }

  private boolean sameDouble(double stored, double wanted) throws MalformedRowException {
    return matches(
        RowCodec.encode(values(SampleTables.real("distance", stored))),
        SampleTables.real("distance", wanted));
  }

  private boolean matches(ByteString row, Cell... wanted) throws MalformedRowException {
    return RowCodec.matches(row, RowCodec.encodeNamed(values(wanted)));
  }

  private RowValues values(Cell... cells) {
    return RowValues.of(flights, List.of(cells));
  }

  /** Column 2 of a row that has no other. */
  private static String column(
      ColumnType type, java.util.function.UnaryOperator<Value.Builder> value) {
    TableSchema schema = SampleTables.valued(List.of(type));
    Column column = schema.column(1);
    Value built = value.apply(Value.newBuilder()).build();
    return hex(RowCodec.encode(
            RowValues.of(schema, List.of(SampleTables.cell(column.name(), built)))))
        .substring(2);
  }

  private static ByteString bytes(String hex) {
    return ByteString.copyFrom(HexFormat.of().parseHex(hex));
  }

  private static String hex(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }
}
