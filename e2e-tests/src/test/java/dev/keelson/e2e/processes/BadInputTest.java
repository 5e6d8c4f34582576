package dev.keelson.e2e.processes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.keelson.client.KeelsonClient;
import dev.keelson.client.Row;
import dev.keelson.proto.v1.Cell;
import dev.keelson.proto.v1.ColumnType;
import dev.keelson.proto.v1.CreateTableRequest;
import dev.keelson.proto.v1.DatabaseGrpc;
import dev.keelson.proto.v1.Error;
import dev.keelson.proto.v1.ErrorCategory;
import dev.keelson.proto.v1.GetRequest;
import dev.keelson.proto.v1.PutRequest;
import dev.keelson.proto.v1.ScanTableRequest;
import dev.keelson.proto.v1.TableDefinition;
import dev.keelson.proto.v1.Value;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** No bytes and no request harm more than their sender. */
@Tag("processes")
@ExtendWith(ClusterExtension.class)
class BadInputTest {
  /** Handshakes have 10 s, silent connections 15 s; the rest is for busy machines. */
  private static final Duration CONNECTION_LIMIT = Duration.ofSeconds(45);

  @Test
  void hostile_bytes_on_any_port_end_their_own_connection_only(LocalCluster cluster)
      throws IOException, InterruptedException, ExecutionException {
    Map<String, Long> logged = new TreeMap<>();
    cluster.servers().forEach(it -> logged.put(it.name(), it.logSize()));
    assertThat(leftOpen(cluster)).as("connections that stay open").isEmpty();
    for (ServerProcess server : cluster.servers()) {
      assertThat(server.isAlive()).as("%s lives", server.name()).isTrue();
      assertThat(server.probe("/live")).as("%s is alive", server.name()).isEqualTo(200);
      assertThat(server.probe("/ready")).as("%s is ready", server.name()).isEqualTo(200);
      long from = logged.getOrDefault(server.name(), 0L);
      assertThat(server.logFrom(from)).as("log of %s", server.name()).doesNotContain(" ERROR ");
    }
    try (Ledger ledger = Ledger.open(cluster, "after_hostile_bytes", Duration.ofMillis(20))) {
      ledger.awaitProgress(Duration.ofSeconds(20));
      assertThat(ledger.settle().isEven()).isTrue();
    }
  }

  private static List<String> leftOpen(LocalCluster cluster)
      throws InterruptedException, ExecutionException {
    Map<String, Future<Boolean>> ends = new TreeMap<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (ServerProcess server : cluster.servers()) {
        for (HostileBytes sent : HostileBytes.ALL) {
          ends.put(
              sent.name() + " to the service of " + server.name(),
              threads.submit(() -> sent.endsConnection(server.port(), CONNECTION_LIMIT)));
          ends.put(
              sent.name() + " to the probes of " + server.name(),
              threads.submit(() -> sent.endsConnection(server.healthPort(), CONNECTION_LIMIT)));
        }
      }
    }
    List<String> open = new ArrayList<>();
    for (Map.Entry<String, Future<Boolean>> end : ends.entrySet()) {
      if (!end.getValue().get()) {
        open.add(end.getKey());
      }
    }
    return open;
  }

  @Test
  void messages_that_are_none_and_messages_too_large_fail_alone(LocalCluster cluster) {
    for (ServerProcess server : cluster.servers()) {
      withChannel(
          server,
          channel -> {
            for (String method : RawCalls.methods(cluster.routers().contains(server))) {
              assertThat(RawCalls.send(channel, method, RawCalls.garbage()))
                  .as("%s of %s", method, server.name())
                  .isNotEqualTo("OK");
              assertThat(RawCalls.send(channel, method, RawCalls.oversized()))
                  .as("%s of %s", method, server.name())
                  .isNotEqualTo("OK");
            }
          });
      assertThat(server.probe("/ready")).as("%s is ready", server.name()).isEqualTo(200);
    }
    cluster.awaitWhole();
  }

  @Test
  void bad_requests_are_answered_with_what_is_wrong(LocalCluster cluster) {
    withChannel(
        cluster.routers().getFirst(),
        channel -> {
          var database =
              DatabaseGrpc.newBlockingStub(channel).withDeadlineAfter(30, TimeUnit.SECONDS);
          database.createTable(CreateTableRequest.newBuilder().setDefinition(people()).build());
          expect("TABLE_NOT_FOUND", () -> database.get(get("nobody", "id", integer(1))));
          expect(
              "KEYSPACE_NOT_FOUND",
              () ->
                  database.get(
                      get("people", "id", integer(1)).toBuilder().setKeyspace("nowhere").build()));
          expect("COLUMN_NOT_FOUND", () -> database.put(put("id", integer(1), "nme", string("x"))));
          expect("TYPE_MISMATCH", () -> database.put(put("id", string("1"), "name", string("x"))));
          expect("TYPE_MISMATCH", () -> database.put(put("id", integer(1), "name", integer(2))));
          expect(
              "NULL_IN_KEY",
              () -> database.put(put("id", Value.getDefaultInstance(), "name", string("x"))));
          expect(
              "NULL_IN_KEY", () -> database.get(get("people", "id", Value.getDefaultInstance())));
          expect(
              "NOT_NULL_VIOLATION",
              () -> database.put(put("id", integer(1), "name", Value.getDefaultInstance())));
          expect("INVALID_REQUEST", () -> database.put(put("id", integer(1), "id", integer(1))));
          expect(
              "INVALID_CONTINUATION",
              () ->
                  database
                      .scanTable(
                          ScanTableRequest.newBuilder()
                              .setTable("people")
                              .setContinuation(ByteString.copyFromUtf8("nonsense"))
                              .build())
                      .hasNext());
          expect(
              "INVALID_DEFINITION",
              () ->
                  database.createTable(
                      CreateTableRequest.newBuilder()
                          .setDefinition(people().toBuilder().setName("9 lives"))
                          .build()));
          expect(
              "ROW_TOO_LARGE",
              () -> database.put(put("id", integer(1), "name", string("x".repeat(2 << 20)))));
        });
  }

  @Test
  void the_client_says_the_same(LocalCluster cluster) {
    try (KeelsonClient client = cluster.client()) {
      org.assertj.core.api.Assertions.assertThatThrownBy(
              () -> client.table("no_such_table").put(Row.of("id", 1L)))
          .hasMessageContaining("no_such_table")
          .extracting(it -> ((dev.keelson.client.KeelsonException) it).code())
          .isEqualTo("TABLE_NOT_FOUND");
    }
  }

  private static void expect(String code, ThrowingCallable call) {
    Throwable failure = org.assertj.core.api.Assertions.catchThrowable(call);
    assertThat(failure).as(code).isInstanceOf(StatusRuntimeException.class);
    Error error = error(failure);
    assertThat(error.getCode()).as("%s", error).isEqualTo(code);
    assertThat(error.getCategory()).as(code).isEqualTo(ErrorCategory.USER);
    assertThat(error.getMessage()).as(code).isNotBlank();
    assertThat(error.getOutcomeUnknown()).as(code).isFalse();
  }

  private static Error error(Throwable failure) {
    com.google.rpc.Status status = StatusProto.fromThrowable(failure);
    if (status == null || status.getDetailsCount() != 1) {
      throw new AssertionError("no details: " + failure, failure);
    }
    try {
      return status.getDetails(0).unpack(Error.class);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static TableDefinition people() {
    return TableDefinition.newBuilder()
        .setName("people")
        .addColumns(column("id", ColumnType.INT64))
        .addColumns(column("name", ColumnType.STRING))
        .addPartitionColumns("id")
        .build();
  }

  private static dev.keelson.proto.v1.Column column(String name, ColumnType type) {
    return dev.keelson.proto.v1.Column.newBuilder()
        .setName(name)
        .setType(type)
        .setNotNull(true)
        .build();
  }

  private static GetRequest get(String table, String column, Value value) {
    return GetRequest.newBuilder().setTable(table).addKey(cell(column, value)).build();
  }

  private static PutRequest put(String first, Value one, String second, Value two) {
    return PutRequest.newBuilder()
        .setTable("people")
        .addCells(cell(first, one))
        .addCells(cell(second, two))
        .build();
  }

  private static Cell cell(String column, Value value) {
    return Cell.newBuilder().setColumn(column).setValue(value).build();
  }

  private static Value integer(long value) {
    return Value.newBuilder().setInt64Value(value).build();
  }

  private static Value string(String value) {
    return Value.newBuilder().setStringValue(value).build();
  }

  private static void withChannel(
      ServerProcess server, java.util.function.Consumer<ManagedChannel> use) {
    ManagedChannel channel =
        ManagedChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
    try {
      use.accept(channel);
    } finally {
      channel.shutdownNow();
    }
  }
}
