package dev.keelson.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keelson.client.KeelsonException.Category;
import dev.keelson.proto.v1.ErrorCategory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an application sees while nothing goes wrong. */
class KeelsonClientTest {
  private final FakeRouter router = FakeRouter.start();
  private final KeelsonClient client = KeelsonClient.connect(router.address());

  @BeforeEach
  void tables() {
    client
        .schema()
        .createTable(TableDefinition.parse("airports (code STRING PRIMARY KEY, name STRING)"));
  }

  @AfterEach
  void close() {
    client.close();
    router.close();
  }

  @Test
  void aRowThatWasPutIsRead() {
    Table airports = client.table("airports");
    WriteResult written = airports.put(Row.of("code", "ATL").with("name", "Hartsfield"));
    Lookup found = airports.lookup(Row.of("code", "ATL"));
    assertThat(found.row())
        .contains(Row.of("name", "Hartsfield").with("code", "ATL"))
        .get()
        .extracting(Row::version)
        .isEqualTo(written.version());
    assertThat(found.served().node()).isEqualTo("fake-1");
    assertThat(found.served().proof()).isEqualTo(Served.Proof.LEASE);
    assertThat(airports.get(Row.of("code", "XXX"))).isEmpty();
  }

  @Test
  void everyTypeComesBackAsItWas() {
    client
        .schema()
        .createTable(
            TableDefinition.named("types")
                .column("id", ColumnType.INT64)
                .column("flag", ColumnType.BOOL)
                .column("ratio", ColumnType.DOUBLE)
                .column("raw", ColumnType.BYTES)
                .column("name", ColumnType.UUID)
                .column("at", ColumnType.TIMESTAMP)
                .column("day", ColumnType.DATE)
                .column("nothing", ColumnType.STRING)
                .partitionBy("id")
                .build());
    UUID uuid = UUID.fromString("ffffffff-0000-4000-8000-0123456789ab");
    Instant before1970 = Instant.parse("1969-12-31T23:59:59.999999Z");
    Table types = client.table("types");
    types.put(
        Row.of("id", Long.MIN_VALUE)
            .with("flag", true)
            .with("ratio", -0.0)
            .with("raw", "ä".getBytes(StandardCharsets.UTF_8))
            .with("name", uuid)
            .with("at", before1970)
            .with("day", LocalDate.of(1, 1, 1))
            .with("nothing", null));
    Row row = types.get(Row.of("id", Long.MIN_VALUE)).orElseThrow();
    assertThat(row.longValue("id")).isEqualTo(Long.MIN_VALUE);
    assertThat(row.booleanValue("flag")).isTrue();
    assertThat(row.doubleValue("ratio")).isEqualTo(-0.0);
    assertThat(row.bytes("raw")).isEqualTo("ä".getBytes(StandardCharsets.UTF_8));
    assertThat(row.uuid("name")).isEqualTo(uuid);
    assertThat(row.timestamp("at")).isEqualTo(before1970);
    assertThat(row.date("day")).isEqualTo(LocalDate.of(1, 1, 1));
    assertThat(row.isNull("nothing")).isTrue();
    assertThat(row.value("nothing")).isEmpty();
  }

  @Test
  void manyRowsAreReadInTheOrderOfTheirKeys() {
    Table airports = client.table("airports");
    airports.put(Row.of("code", "ATL").with("name", "Hartsfield"));
    List<Optional<Row>> rows =
        airports.getAll(List.of(Row.of("code", "XXX"), Row.of("code", "ATL")), "name");
    assertThat(rows).containsExactly(Optional.empty(), Optional.of(Row.of("name", "Hartsfield")));
  }

  @Test
  void aConditionThatDoesNotHoldChangesNothing() {
    Table airports = client.table("airports");
    long version = airports.put(Row.of("code", "ATL").with("name", "old")).version();
    Row change = Row.of("code", "ATL").with("name", "new");
    assertThatThrownBy(() -> airports.update(change, Condition.equal(Row.of("name", "other"))))
        .isInstanceOfSatisfying(
            KeelsonException.class,
            failure -> {
              assertThat(failure.code()).isEqualTo("CONDITION_FAILED");
              assertThat(failure.category()).isEqualTo(Category.CONFLICT);
              assertThat(failure.outcomeUnknown()).isFalse();
            });
    airports.update(change, Condition.version(version));
    assertThat(airports.get(Row.of("code", "ATL")).orElseThrow().string("name")).isEqualTo("new");
    assertThatThrownBy(() -> airports.insert(change)).hasMessageContaining("such a row");
    assertThat(airports.delete(Row.of("code", "ATL"), Condition.exists()).rowsFound()).isEqualTo(1);
    assertThat(airports.delete(Row.of("code", "ATL")).rowsFound()).isZero();
  }

  @Test
  void aBatchIsOneWrite() {
    long before = router.database().writesApplied();
    client.write(
        WriteBatch.create()
            .put("airports", Row.of("code", "ATL").with("name", "a"))
            .insert("airports", Row.of("code", "LAX").with("name", "b"))
            .update("airports", Row.of("code", "LAX").with("name", "c"))
            .delete("airports", Row.of("code", "ATL")));
    assertThat(router.database().writesApplied()).isEqualTo(before + 1);
    assertThat(client.table("airports").scanAll().rows().toList())
        .containsExactly(Row.of("code", "LAX").with("name", "c"));
  }

  @Test
  void theServerIsToldWhichAnswersItMayForget() {
    Table airports = client.table("airports");
    for (int i = 0; i < 3; i++) {
      airports.put(Row.of("code", "ATL"));
    }
    assertThat(router.database().answeredBelow()).containsExactly(1L, 2L, 3L);
    assertThat(router.database().sessionsOpened()).isEqualTo(1);
  }

  @Test
  void aFailureSaysWhatToDo() {
    assertThatThrownBy(() -> client.table("nowhere").get(Row.of("code", "ATL")))
        .isInstanceOfSatisfying(
            KeelsonException.class,
            failure -> {
              assertThat(failure.code()).isEqualTo("TABLE_NOT_FOUND");
              assertThat(failure).hasMessage("There is no table nowhere: create it.");
              assertThat(failure.getStackTrace()[0].getClassName()).contains("keelson");
            });
  }

  @Test
  void schemaFailuresCarryTheirDetails() {
    assertThatThrownBy(
            () ->
                client
                    .schema()
                    .createTable(TableDefinition.parse("airports (code STRING PRIMARY KEY)")))
        .isInstanceOfSatisfying(
            KeelsonException.class,
            failure -> assertThat(failure.code()).isEqualTo("TABLE_EXISTS"));
    client.schema().createTableIfNotExists(client.schema().table("", "airports"));
    assertThat(client.schema().tables()).extracting(TableDefinition::name).containsOnly("airports");
    assertThat(client.schema().keyspaces()).extracting(KeyspaceDefinition::name).contains("main");
    client.schema().dropTable("", "airports");
    client.schema().dropTableIfExists("", "airports");
    assertThat(client.schema().tables()).isEmpty();
  }

  @Test
  void aBlockingCallInACallbackIsRefusedInsteadOfHanging() {
    Table airports = client.table("airports");
    // Held until the continuation is in place, or it would run in this thread, which may block.
    router.hold();
    var nested =
        airports
            .async()
            .get(Row.of("code", "ATL"))
            .thenApply(ignored -> airports.get(Row.of("code", "ATL")));
    await().until(() -> router.heldCount() == 1);
    router.release();
    assertThatThrownBy(nested::join).hasCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void aClosedClientSaysSo() {
    client.close();
    assertThatThrownBy(() -> client.table("airports").get(Row.of("code", "ATL")))
        .hasMessageContaining("closed");
  }

  @Test
  void whatTheServerCallsAnInternalFaultIsNotTriedAgain() {
    router.refuse(FakeDatabase.error("INTERNAL", ErrorCategory.INTERNAL, "Report it."), 1);
    assertThatThrownBy(() -> client.table("airports").get(Row.of("code", "ATL")))
        .isInstanceOfSatisfying(
            KeelsonException.class,
            failure -> assertThat(failure.category()).isEqualTo(Category.INTERNAL));
    assertThat(router.calls()).isEqualTo(1);
  }

  @Test
  void addressesAreCheckedAtOnce() {
    assertThatThrownBy(() -> KeelsonClient.connect("localhost"))
        .hasMessageContaining("host:port, such as 127.0.0.1:7400");
    assertThatThrownBy(() -> KeelsonClient.connect("::1:7400")).hasMessageContaining("host:port");
    assertThatThrownBy(() -> KeelsonClient.builder().timeout(Duration.ZERO).router("a:1").build())
        .hasMessageContaining("timeout");
    assertThatThrownBy(() -> KeelsonClient.builder().build()).hasMessageContaining("address");
  }
}
