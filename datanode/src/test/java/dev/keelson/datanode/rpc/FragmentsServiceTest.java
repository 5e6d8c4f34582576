package dev.keelson.datanode.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.keelson.core.limit.Limits;
import dev.keelson.datanode.wire.NettyLoop;
import dev.keelson.proto.internal.v1.CommandResult;
import dev.keelson.proto.internal.v1.DescribeNodeResponse;
import dev.keelson.proto.internal.v1.NodeAnswer;
import dev.keelson.proto.internal.v1.NodeCall;
import dev.keelson.proto.internal.v1.PageScanned;
import dev.keelson.proto.internal.v1.ScanPage;
import dev.keelson.proto.internal.v1.ScannedRow;
import dev.keelson.runtime.admission.Admission;
import dev.keelson.runtime.health.Health;
import dev.keelson.runtime.net.EventLoops;
import dev.keelson.runtime.net.NetConfig;
import dev.keelson.runtime.net.RpcServer;
import dev.keelson.runtime.net.Transport;
import io.grpc.Status;
import io.prometheus.client.CollectorRegistry;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class FragmentsServiceTest {
  private static final String CLUSTER = "cluster-1";

  private final CollectorRegistry registry = new CollectorRegistry();
  private final Admission admission = new Admission(Limits.DEFAULTS);
  private final Queue<Consumer<NodeAnswer>> held = new ConcurrentLinkedQueue<>();
  private final List<FragmentsClient> clients = new ArrayList<>();
  private EventLoops loops = EventLoops.start("test", 1);
  private NettyLoop loop = new NettyLoop(loops.loops().getFirst());
  private RpcServer server;
  private FragmentsService service;

  @BeforeEach
  void start() throws Exception {
    service =
        new FragmentsService(
            CLUSTER,
            new FragmentsConfig(4, 1 << 20, 4 << 20),
            loop,
            this::carryOut,
            () -> DescribeNodeResponse.newBuilder().setNode("n1").build(),
            Executors.newVirtualThreadPerTaskExecutor(),
            new FragmentsMetrics(registry));
    server =
        RpcServer.start(
            new Transport(loops, NetConfig.DEFAULTS),
            new InetSocketAddress("127.0.0.1", 0),
            List.of(service),
            new Health(),
            admission);
  }

  @AfterEach
  void stop() throws Exception {
    clients.forEach(FragmentsClient::close);
    service.close();
    server.close();
    loops.close();
  }

  /** Stands for the loop: shard 1 answers, shard 2 keeps the call, shard 3 has large pages. */
  private void carryOut(NodeCall call, Consumer<NodeAnswer> answer) {
    NodeAnswer.Builder built = NodeAnswer.newBuilder().setId(call.getId());
    switch (call.getShard()) {
      case 1 ->
          loop.execute(
              () -> answer.accept(built.setWritten(CommandResult.getDefaultInstance()).build()));
      case 2 -> held.add(answer);
      default ->
          loop.execute(
              () ->
                  answer.accept(
                      built
                          .setPage(
                              PageScanned.newBuilder()
                                  .addRows(
                                      ScannedRow.newBuilder()
                                          .setRow(ByteString.copyFrom(new byte[900_000]))))
                          .build()));
    }
  }

  private FragmentsClient connect(String cluster) {
    FragmentsClient client = new FragmentsClient("127.0.0.1:" + server.port(), cluster);
    clients.add(client);
    return client;
  }

  private static NodeCall.Builder call(int shard) {
    return NodeCall.newBuilder().setShard(shard).setScan(ScanPage.getDefaultInstance());
  }

  @Test
  void answers_of_one_turn_travel_in_one_frame() throws Exception {
    FragmentsClient router = connect(CLUSTER).reading(1_000);

    List<CompletableFuture<NodeAnswer>> answers =
        router.send(IntStream.range(0, 500).mapToObj(i -> call(1)).toList());
    for (CompletableFuture<NodeAnswer> answer : answers) {
      assertThat(answer.get(10, TimeUnit.SECONDS).hasWritten()).isTrue();
    }

    assertThat(router.frames()).isLessThan(10);
    await().until(() -> admission.requestsInFlight() == 0);
  }

  @Test
  void a_router_of_another_cluster_is_refused_with_a_sentence() throws Exception {
    Status status = connect("other").reading(1).ended();

    assertThat(status.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(status.getDescription())
        .contains("this node belongs to cluster 'cluster-1', the router to cluster 'other'");
  }

  @Test
  void too_many_calls_in_flight_are_refused_one_by_one() throws Exception {
    FragmentsClient router = connect(CLUSTER).reading(10_000);
    int most = Limits.DEFAULTS.inFlightPerConnection();

    List<CompletableFuture<NodeAnswer>> answers =
        router.send(IntStream.range(0, most + 10).mapToObj(i -> call(2)).toList());

    for (CompletableFuture<NodeAnswer> refused : answers.subList(most, most + 10)) {
      assertThat(refused.get(10, TimeUnit.SECONDS).getError().getError().getCode())
          .isEqualTo("TOO_MANY_IN_FLIGHT");
    }
    assertThat(held).hasSize(most);
    assertThat(router.send(call(1)).get(10, TimeUnit.SECONDS).hasError()).isTrue();
  }

  @Test
  void what_a_gone_router_had_in_flight_is_let_go_when_it_is_answered() throws Exception {
    FragmentsClient router = connect(CLUSTER).reading(1);
    var unused = router.send(call(2));
    await().until(() -> held.size() == 1);

    router.close();
    await().until(() -> registry.getSampleValue("keelson_fragments_streams") == 0.0);
    loop.execute(() -> held.remove().accept(NodeAnswer.getDefaultInstance()));

    await().until(() -> admission.requestsInFlight() == 0);
  }

  @Test
  void a_router_that_does_not_read_gets_errors_instead_of_pages_and_never_fills_the_memory()
      throws Exception {
    FragmentsClient router = connect(CLUSTER);

    List<CompletableFuture<NodeAnswer>> answers =
        router.send(IntStream.range(0, 60).mapToObj(i -> call(3)).toList());
    await().until(() -> dropped() > 0);
    router.reading(1_000);

    int pages = 0;
    for (CompletableFuture<NodeAnswer> answer : answers) {
      NodeAnswer received = answer.get(10, TimeUnit.SECONDS);
      assertThat(
              received.hasPage() || received.getError().getError().getCode().equals("OVERLOADED"))
          .isTrue();
      pages += received.hasPage() ? 1 : 0;
    }
    assertThat(pages).isEqualTo(60 - (int) dropped());
  }

  private double dropped() {
    Double value = registry.getSampleValue("keelson_fragments_answers_dropped_total");
    return value == null ? 0 : value;
  }

  @Test
  void a_node_that_stops_ends_its_streams() throws Exception {
    FragmentsClient router = connect(CLUSTER).reading(10);
    assertThat(router.send(call(1)).get(10, TimeUnit.SECONDS).hasWritten()).isTrue();

    service.close();

    assertThat(router.ended().getDescription()).isEqualTo("the node stops");
    assertThatThrownBy(() -> router.send(call(1)).get(1, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void a_node_describes_itself() {
    assertThat(connect(CLUSTER).describe().getNode()).isEqualTo("n1");
  }
}
