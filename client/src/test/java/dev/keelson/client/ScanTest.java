package dev.keelson.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScanTest {
  private final FakeRouter router = FakeRouter.start();
  private final KeelsonClient client = KeelsonClient.connect(router.address());
  private final Table trips = client.table("trips");

  @BeforeEach
  void tenTripsOfEachDriver() {
    client
        .schema()
        .createTable(
            TableDefinition.parse(
                "trips (driver STRING, at INT64, fare DOUBLE, PRIMARY KEY ((driver), at))"));
    for (long at = 0; at < 10; at++) {
      trips.put(Row.of("driver", "ann").with("at", at).with("fare", at * 1.5));
      trips.put(Row.of("driver", "bob").with("at", at));
    }
  }

  @AfterEach
  void close() {
    client.close();
    router.close();
  }

  private Scan ann() {
    return trips.scan(Row.of("driver", "ann"));
  }

  private static List<Long> times(Rows rows) {
    return rows.toList().stream().map(row -> row.longValue("at")).toList();
  }

  private static List<Long> range(long from, long to) {
    return LongStream.range(from, to).boxed().toList();
  }

  @Test
  void aPartitionComesInOrder() {
    assertThat(times(ann().rows())).isEqualTo(range(0, 10));
    assertThat(times(ann().reverse().limit(3).rows())).containsExactly(9L, 8L, 7L);
  }

  @Test
  void boundsIncludeOrExcludeWhatTheySay() {
    assertThat(times(ann().from(3).to(5).rows())).isEqualTo(range(3, 6));
    assertThat(times(ann().after(3).before(5).rows())).isEqualTo(range(4, 5));
    assertThat(times(trips.scan(Row.of("driver", "nobody")).rows())).isEmpty();
  }

  @Test
  void aScanGoesOnWhereAnotherEndedAtItsLimit() {
    Rows first = ann().limit(4).rows();
    assertThat(times(first)).isEqualTo(range(0, 4));
    assertThat(times(ann().limit(4).continueAt(first.continuation()).rows()))
        .isEqualTo(range(4, 8));
  }

  @Test
  void aBrokenStreamLeavesNoGapAndNoDouble() {
    router.breakScanAfter(3);
    assertThat(times(ann().rows())).isEqualTo(range(0, 10));
    router.breakScanAfter(3);
    assertThat(times(ann().limit(9).rows())).isEqualTo(range(0, 9));
    router.breakScanAfter(0);
    assertThat(times(ann().rows())).isEqualTo(range(0, 10));
  }

  @Test
  void aWholeTableIsReadAndCounted() {
    assertThat(trips.scanAll().columns("at").rows().toList()).hasSize(20);
    assertThat(trips.scanAll().limit(7).rows().toList()).hasSize(7);
    router.breakScanAfter(4);
    assertThat(trips.scanAll().count()).isEqualTo(20);
    assertThat(trips.scanAll().rows().next().version()).isPositive();
  }

  @Test
  void aReaderThatHasEnoughStops() {
    try (Stream<Row> rows = ann().rows().stream()) {
      assertThat(rows.limit(2).toList()).hasSize(2);
    }
    assertThat(times(ann().rows())).hasSize(10);
  }

  @Test
  void aFailureComesWithTheFirstRow() {
    Rows rows = client.table("nowhere").scanAll().rows();
    assertThatThrownBy(rows::hasNext).hasMessageContaining("no table nowhere");
    assertThatThrownBy(() -> ann().limit(0)).hasMessageContaining("positive");
  }
}
