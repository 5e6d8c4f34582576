package dev.keelson.core.request;

import static dev.keelson.core.schema.SampleTables.instant;
import static dev.keelson.core.schema.SampleTables.number;
import static dev.keelson.core.schema.SampleTables.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.key.KeyEncoder;
import dev.keelson.core.limit.Limits;
import dev.keelson.core.schema.RowValues;
import dev.keelson.core.schema.SampleTables;
import dev.keelson.core.schema.TableSchema;
import dev.keelson.proto.v1.Bound;
import dev.keelson.proto.v1.ScanRequest;
import dev.keelson.proto.v1.ScanTableRequest;
import dev.keelson.proto.v1.Value;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Scans of flights (departure DESC, number): which of nine rows they hold. */
class ScanRangeTest {
  private final TableSchema flights = SampleTables.flights();
  private final ReadTranslator reads = new ReadTranslator(Limits.DEFAULTS);

  /** Rows in key order: departures 30, 20, 10, each with the numbers 1, 2, 3. */
  private final List<String> rows =
      IntStream.range(0, 9).mapToObj(it -> (30 - it / 3 * 10) + "/" + (1 + it % 3)).toList();

  @Test
  void without_bounds_a_scan_holds_the_partition() {
    assertThat(held(scan())).isEqualTo(rows);
    assertThat(reads.scan((keyspace, name) -> flights, scan().build()).partitionHash())
        .isEqualTo(0x36a1e21a);
  }

  @Test
  void bounds_are_in_key_order_so_later_departures_come_first() {
    assertThat(held(scan().setLower(from(20)))).isEqualTo(rows.subList(3, 9));
    assertThat(held(scan().setUpper(from(20)))).isEqualTo(rows.subList(0, 6));
    assertThat(held(scan().setLower(from(20)).setUpper(from(20)))).isEqualTo(rows.subList(3, 6));
    assertThat(held(scan().setLower(from(25)).setUpper(from(15)))).isEqualTo(rows.subList(3, 6));
  }

  @Test
  void exclusive_bounds_leave_out_all_rows_with_their_values() {
    assertThat(held(scan().setLower(behind(20)))).isEqualTo(rows.subList(6, 9));
    assertThat(held(scan().setUpper(behind(20)))).isEqualTo(rows.subList(0, 3));
  }

  @Test
  void bounds_may_name_several_columns() {
    Bound twenty = from(20).toBuilder().addPrefix(number("number", 2).getValue()).build();

    assertThat(held(scan().setLower(twenty))).isEqualTo(rows.subList(4, 9));
    assertThat(held(scan().setUpper(twenty))).isEqualTo(rows.subList(0, 5));
    assertThat(held(scan().setLower(twenty.toBuilder().setExclusive(true))))
        .isEqualTo(rows.subList(5, 9));
  }

  @Test
  void bounds_that_cross_hold_nothing() {
    ShardScan crossed =
        reads.scan(
            (keyspace, name) -> flights, scan().setLower(from(10)).setUpper(from(30)).build());

    assertThat(crossed.range().isEmpty()).isTrue();
  }

  @Test
  void wrong_bounds_are_refused_with_their_reason() {
    refused(
        scan().setLower(Bound.newBuilder().setExclusive(true)),
        ErrorCode.INVALID_REQUEST,
        "needs a value for at least one clustering column");
    refused(
        scan().setLower(Bound.newBuilder().addPrefix(number("number", 1).getValue())),
        ErrorCode.TYPE_MISMATCH,
        "Column departure of table main.flights is TIMESTAMP");
    Value value = instant("departure", 1).getValue();
    refused(
        scan()
            .setUpper(
                Bound.newBuilder()
                    .addPrefix(value)
                    .addPrefix(number("number", 1).getValue())
                    .addPrefix(value)),
        ErrorCode.INVALID_REQUEST,
        "A bound has 3 values, but table main.flights has 2 clustering columns");
    refused(
        scan().setLower(Bound.newBuilder().addPrefix(Value.getDefaultInstance())),
        ErrorCode.NULL_IN_KEY,
        "Column departure");
    refused(scan().clearPartition(), ErrorCode.NULL_IN_KEY, "Column origin");
    refused(
        scan().addPartition(instant("departure", 1)),
        ErrorCode.INVALID_REQUEST,
        "use the bounds of the scan");
    refused(scan().addColumns("gate"), ErrorCode.COLUMN_NOT_FOUND, "gate");
    refused(
        scan().addColumns("delay").addColumns("delay"),
        ErrorCode.INVALID_REQUEST,
        "asked for twice");
  }

  @Test
  void a_scan_of_the_table_holds_all_its_keys() {
    TableScan scan =
        reads.scanTable(
            (keyspace, name) -> flights,
            ScanTableRequest.newBuilder().setTable("flights").setCountOnly(true).build());

    assertThat(rows).allSatisfy(it -> assertThat(scan.range().contains(key(it))).isTrue());
    assertThat(scan.countOnly()).isTrue();
    assertThat(scan.limit()).isZero();
  }

  private List<String> held(ScanRequest.Builder request) {
    ShardScan scan = reads.scan((keyspace, name) -> flights, request.build());
    return rows.stream().filter(it -> scan.range().contains(key(it))).toList();
  }

  private ByteString key(String row) {
    List<Long> parts = java.util.Arrays.stream(row.split("/", -1)).map(Long::valueOf).toList();
    return new KeyEncoder(flights, 4_096)
        .encode(
            RowValues.of(
                flights,
                List.of(
                    text("origin", "ATL"),
                    instant("departure", parts.get(0)),
                    number("number", parts.get(1)))))
        .bytes();
  }

  private static ScanRequest.Builder scan() {
    return ScanRequest.newBuilder().setTable("flights").addPartition(text("origin", "ATL"));
  }

  private static Bound from(long departure) {
    return Bound.newBuilder().addPrefix(instant("departure", departure).getValue()).build();
  }

  private static Bound behind(long departure) {
    return from(departure).toBuilder().setExclusive(true).build();
  }

  private void refused(ScanRequest.Builder request, ErrorCode code, String message) {
    assertThatThrownBy(() -> reads.scan((keyspace, name) -> flights, request.build()))
        .isInstanceOfSatisfying(
            DatabaseException.class, it -> assertThat(it.code()).isEqualTo(code))
        .hasMessageContaining(message);
  }
}
