package dev.keelson.router;

import static dev.keelson.router.RouterFixture.errorOf;
import static dev.keelson.router.RouterFixture.getOf;
import static dev.keelson.router.RouterFixture.putOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keelson.coordination.InMemoryMetadataStore;
import dev.keelson.proto.v1.CreateKeyspaceRequest;
import dev.keelson.proto.v1.DatabaseGrpc;
import dev.keelson.proto.v1.DescribeTableRequest;
import dev.keelson.proto.v1.DropKeyspaceRequest;
import dev.keelson.proto.v1.DropTableRequest;
import dev.keelson.proto.v1.KeyspaceDefinition;
import dev.keelson.proto.v1.ListKeyspacesRequest;
import dev.keelson.proto.v1.ListTablesRequest;
import dev.keelson.runtime.health.Health;
import dev.keelson.runtime.metrics.Metrics;
import io.grpc.CallOptions;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServerTest {
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private RouterFixture fixture;

  @BeforeEach
  void start() throws IOException {
    fixture = RouterFixture.start(2);
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void reflection_lists_the_services_and_describes_them() throws Exception {
    ServerReflectionResponse services =
        reflect(ServerReflectionRequest.newBuilder().setListServices("").build());
    ServerReflectionResponse file =
        reflect(
            ServerReflectionRequest.newBuilder()
                .setFileContainingSymbol("keelson.v1.Database")
                .build());

    assertThat(services.getListServicesResponse().getServiceList())
        .extracting(ServiceResponse::getName)
        .contains("keelson.v1.Database", "keelson.v1.Admin", "grpc.health.v1.Health");
    assertThat(file.getFileDescriptorResponse().getFileDescriptorProtoCount()).isPositive();
  }

  private ServerReflectionResponse reflect(ServerReflectionRequest question) throws Exception {
    CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
    StreamObserver<ServerReflectionRequest> stream =
        ServerReflectionGrpc.newStub(fixture.channel)
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse response) {
                    answer.complete(response);
                  }

                  @Override
                  public void onError(Throwable why) {
                    answer.completeExceptionally(why);
                  }

                  @Override
                  public void onCompleted() {}
                });
    stream.onNext(question);
    stream.onCompleted();
    return answer.get(10, TimeUnit.SECONDS);
  }

  @Test
  void health_is_serving_only_with_a_map_and_a_catalog() throws IOException {
    assertThat(health()).isEqualTo(ServingStatus.SERVING);
    try (InMemoryMetadataStore empty = new InMemoryMetadataStore()) {
      Health health = new Health();
      Router router =
          Router.start(RouterFixture.config(), empty, fixture.loops, health, new Metrics("test"));
      assertThat(health.isReady()).isFalse();
      assertThat(health.isAlive()).isTrue();
      assertThat(health.report()).contains("no shard is placed").contains("no data node");
      router.close();
    }
  }

  private ServingStatus health() {
    return HealthGrpc.newBlockingStub(fixture.channel)
        .check(HealthCheckRequest.getDefaultInstance())
        .getStatus();
  }

  @Test
  void the_catalog_can_be_changed_and_read() {
    fixture.createTable("second");
    assertThat(
            errorOf(
                    () -> {
                      fixture.createTable("second");
                      return "";
                    })
                .getCode())
        .isEqualTo("TABLE_EXISTS");
    DescribeTableRequest describe = DescribeTableRequest.newBuilder().setTable("second").build();
    assertThat(fixture.client().describeTable(describe).getTable().getDefinition().getName())
        .isEqualTo("second");
    assertThat(fixture.client().listTables(ListTablesRequest.getDefaultInstance()).getTablesCount())
        .isEqualTo(2);
    DropTableRequest drop = DropTableRequest.newBuilder().setTable("second").build();
    var unused = fixture.client().dropTable(drop);
    assertThat(errorOf(() -> fixture.client().describeTable(describe)).getCode())
        .isEqualTo("TABLE_NOT_FOUND");
    assertThat(
            errorOf(
                    () ->
                        fixture.client().get(getOf("a", 1).toBuilder().setTable("second").build()))
                .getCode())
        .isEqualTo("TABLE_NOT_FOUND");

    var created =
        fixture
            .client()
            .createKeyspace(
                CreateKeyspaceRequest.newBuilder()
                    .setDefinition(KeyspaceDefinition.newBuilder().setName("more"))
                    .build());
    assertThat(created.getKeyspace().getDefinition().getShards()).isEqualTo(4);
    assertThat(
            fixture
                .client()
                .listKeyspaces(ListKeyspacesRequest.getDefaultInstance())
                .getKeyspacesCount())
        .isEqualTo(2);
    var dropped =
        fixture.client().dropKeyspace(DropKeyspaceRequest.newBuilder().setName("more").build());
    assertThat(dropped.isInitialized()).isTrue();
  }

  @Test
  void without_the_metadata_store_rows_are_served_and_the_catalog_says_why_not() {
    fixture.cluster.store.fail(InMemoryMetadataStore.Fault.AWAY);

    fixture.put("a", 1, "x");
    assertThat(fixture.value("a", 1)).isEqualTo("x");
    assertThat(
            errorOf(() -> fixture.client().listTables(ListTablesRequest.getDefaultInstance()))
                .getCode())
        .isIn("METADATA_UNAVAILABLE", "DEADLINE_EXCEEDED");
    assertThat(health()).isEqualTo(ServingStatus.SERVING);
  }

  @Test
  void a_message_that_is_too_large_ends_its_call_only() {
    assertThat(errorOf(() -> fixture.client().put(putOf("a", 1, "x".repeat(17 << 20)))))
        .returns("MESSAGE_TOO_LARGE", it -> it.getCode());
    fixture.put("a", 1, "small");
  }

  @Test
  void bytes_that_are_no_message_end_their_call_only() {
    var garbage =
        DatabaseGrpc.getPutMethod().toBuilder()
            .setRequestMarshaller(
                new io.grpc.MethodDescriptor.Marshaller<dev.keelson.proto.v1.PutRequest>() {
                  @Override
                  public InputStream stream(dev.keelson.proto.v1.PutRequest ignored) {
                    return new ByteArrayInputStream(new byte[] {-1, -1, -1, 3, 9});
                  }

                  @Override
                  public dev.keelson.proto.v1.PutRequest parse(InputStream bytes) {
                    throw new IllegalStateException("not used");
                  }
                })
            .build();
    try {
      var answer =
          ClientCalls.blockingUnaryCall(
              fixture.channel,
              garbage,
              CallOptions.DEFAULT.withDeadlineAfter(5, TimeUnit.SECONDS),
              putOf("a", 1, "x"));
      throw new AssertionError("answered " + answer);
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode()).isNotEqualTo(Status.Code.DEADLINE_EXCEEDED);
    }
    fixture.put("a", 1, "x");
  }

  @Test
  void garbage_and_half_sent_bytes_on_the_port_harm_nobody() throws IOException {
    byte[] noise = new byte[64 << 10];
    new Random(7).nextBytes(noise);
    for (byte[] bytes :
        new byte[][] {
          noise,
          "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
          PREFACE,
          join(PREFACE, noise),
          {0},
          {}
        }) {
      send(bytes);
    }
    fixture.put("a", 1, "x");
    assertThat(fixture.value("a", 1)).isEqualTo("x");
  }

  private void send(byte[] bytes) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", fixture.router.port())) {
      OutputStream out = socket.getOutputStream();
      out.write(bytes);
      out.flush();
    } catch (IOException refused) {
      // The router may close the connection while it is written to.
      assertThat(refused).isNotNull();
    }
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] joined = new byte[first.length + second.length];
    System.arraycopy(first, 0, joined, 0, first.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }

  @Test
  void requests_are_counted_by_method_and_outcome() {
    fixture.put("a", 1, "x");
    fixture.put("a", 2, "x");
    assertThat(
            errorOf(() -> fixture.client().get(getOf("a", 1).toBuilder().addColumns("no").build()))
                .getCode())
        .isEqualTo("COLUMN_NOT_FOUND");

    await()
        .untilAsserted(
            () -> {
              assertThat(fixture.metrics.text())
                  .contains("keelson_router_requests_total{method=\"PUT\",outcome=\"OK\",} 2.0")
                  .contains(
                      "keelson_router_requests_total{method=\"GET\",outcome=\"COLUMN_NOT_FOUND\",} 1.0")
                  .contains("keelson_router_request_seconds_count{method=\"PUT\",} 2.0")
                  .contains("keelson_router_requests_in_flight 0.0")
                  .contains("keelson_router_node_stream_open{node=\"n1\",} 1.0");
            });
  }

  @Test
  void two_routers_serve_side_by_side_and_see_each_others_tables() throws IOException {
    RouterFixture other = RouterFixture.another(fixture.cluster);
    for (int i = 0; i < 5; i++) {
      fixture.createTable("shared" + i);
      var unused =
          other.client().put(putOf("a", 1, "x").toBuilder().setTable("shared" + i).build());
    }
    other.channel.shutdownNow();
    other.router.close();

    fixture.put("a", 1, "still serves");
  }
}
