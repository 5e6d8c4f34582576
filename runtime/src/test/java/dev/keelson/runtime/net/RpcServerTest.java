package dev.keelson.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.limit.Limits;
import dev.keelson.proto.v1.AdminGrpc;
import dev.keelson.proto.v1.DescribeClusterRequest;
import dev.keelson.proto.v1.DescribeClusterResponse;
import dev.keelson.runtime.admission.Admission;
import dev.keelson.runtime.config.Config;
import dev.keelson.runtime.config.LimitsConfig;
import dev.keelson.runtime.health.Health;
import dev.keelson.runtime.metrics.Metrics;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RpcServerTest {
  private final EventLoops loops = EventLoops.start("test", 1);
  private final Health health = new Health();
  private final HeldAdmin admin = new HeldAdmin();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final List<RpcServer> servers = new ArrayList<>();
  private Admission admission = new Admission(Limits.DEFAULTS);

  /** Answers when it is told to. */
  private static final class HeldAdmin extends AdminGrpc.AdminImplBase {
    private final Queue<StreamObserver<DescribeClusterResponse>> held =
        new ConcurrentLinkedQueue<>();
    private volatile boolean holds;
    private volatile String thread = "";

    @Override
    public void describeCluster(
        DescribeClusterRequest request, StreamObserver<DescribeClusterResponse> answer) {
      thread = Thread.currentThread().getName();
      if (holds) {
        held.add(answer);
      } else {
        answer(answer);
      }
    }

    void release() {
      for (StreamObserver<DescribeClusterResponse> answer = held.poll();
          answer != null;
          answer = held.poll()) {
        answer(answer);
      }
    }

    private static void answer(StreamObserver<DescribeClusterResponse> answer) {
      answer.onNext(DescribeClusterResponse.newBuilder().setClusterId("c").build());
      answer.onCompleted();
    }
  }

  private RpcServer start(Map<String, String> net) throws IOException {
    RpcServer server =
        RpcServer.start(
            new Transport(loops, Config.of(net, NetConfig::read)),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            List.of(admin),
            health,
            admission);
    servers.add(server);
    return server;
  }

  private ManagedChannel channel(RpcServer server) {
    ManagedChannel channel =
        new Transport(loops, NetConfig.DEFAULTS).channel("127.0.0.1:" + server.port()).build();
    channels.add(channel);
    return channel;
  }

  @AfterEach
  void stop() throws InterruptedException {
    channels.forEach(ManagedChannel::shutdownNow);
    for (RpcServer server : servers) {
      server.close();
    }
    loops.close();
  }

  private static DescribeClusterRequest requestOf(int bytes) {
    return DescribeClusterRequest.newBuilder()
        .setUnknownFields(
            UnknownFieldSet.newBuilder()
                .addField(
                    99,
                    UnknownFieldSet.Field.newBuilder()
                        .addLengthDelimited(ByteString.copyFrom(new byte[bytes]))
                        .build())
                .build())
        .build();
  }

  @Test
  void services_run_on_the_event_loops() throws Exception {
    ManagedChannel channel = channel(start(Map.of()));

    assertThat(
            AdminGrpc.newBlockingStub(channel)
                .describeCluster(DescribeClusterRequest.getDefaultInstance())
                .getClusterId())
        .isEqualTo("c");
    assertThat(admin.thread).startsWith("test-loop");
  }

  @Test
  void the_standard_health_service_tells_whether_the_process_is_ready() throws Exception {
    Health.Part part = health.part("part");
    HealthGrpc.HealthBlockingStub stub = HealthGrpc.newBlockingStub(channel(start(Map.of())));
    HealthCheckRequest request = HealthCheckRequest.getDefaultInstance();
    assertThat(stub.check(request).getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
    part.ready();
    assertThat(stub.check(request).getStatus()).isEqualTo(ServingStatus.SERVING);
  }

  @Test
  void reflection_lists_the_services() throws Exception {
    CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
    StreamObserver<ServerReflectionRequest> requests =
        ServerReflectionGrpc.newStub(channel(start(Map.of())))
            .serverReflectionInfo(new FirstAnswer<>(answer));
    requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());

    assertThat(answer.get(10, TimeUnit.SECONDS).getListServicesResponse().getServiceList())
        .extracting(service -> service.getName())
        .contains("keelson.v1.Admin", "grpc.health.v1.Health");
    requests.onCompleted();
  }

  @Test
  void a_message_that_is_too_large_is_refused_and_the_connection_goes_on() throws Exception {
    ManagedChannel channel = channel(start(Map.of("net.maximum-message", "1MiB")));
    AdminGrpc.AdminBlockingStub stub = AdminGrpc.newBlockingStub(channel);

    assertThatThrownBy(() -> stub.describeCluster(requestOf(2 << 20)))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
    assertThat(stub.describeCluster(requestOf(1_000)).getClusterId()).isEqualTo("c");
  }

  @Test
  void requests_beyond_the_limit_in_flight_are_refused_with_an_error_of_the_catalogue()
      throws Exception {
    admission =
        new Admission(
            Config.of(Map.of("limits.in-flight-per-connection", "3"), LimitsConfig::read));
    RpcServer server = start(Map.of());
    AdminGrpc.AdminStub stub = AdminGrpc.newStub(channel(server));
    admin.holds = true;
    List<CompletableFuture<DescribeClusterResponse>> answers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      CompletableFuture<DescribeClusterResponse> answer = new CompletableFuture<>();
      stub.describeCluster(requestOf(10), new FirstAnswer<>(answer));
      answers.add(answer);
    }

    // Whichever of them arrives last.
    CompletableFuture<Object> first =
        CompletableFuture.anyOf(answers.toArray(CompletableFuture[]::new));
    assertThatThrownBy(() -> first.get(10, TimeUnit.SECONDS))
        .satisfies(
            e ->
                assertThat(ErrorStatus.fromStatus(e, true).code())
                    .isEqualTo(ErrorCode.TOO_MANY_IN_FLIGHT))
        .satisfies(e -> assertThat(ErrorStatus.fromStatus(e, true).outcomeUnknown()).isFalse());
    admin.holds = false;
    admin.release();
    answers.removeIf(CompletableFuture::isCompletedExceptionally);
    assertThat(answers).hasSize(3);
    for (CompletableFuture<DescribeClusterResponse> answer : answers) {
      assertThat(answer.get(10, TimeUnit.SECONDS).getClusterId()).isEqualTo("c");
    }
    assertThat(AdminGrpc.newBlockingStub(channel(server)).describeCluster(requestOf(10)))
        .isNotNull();
    awaitZero();
  }

  @Test
  void a_client_that_goes_away_frees_what_it_had_in_flight() throws Exception {
    admin.holds = true;
    ManagedChannel channel = channel(start(Map.of()));
    CompletableFuture<DescribeClusterResponse> answer = new CompletableFuture<>();
    AdminGrpc.newStub(channel).describeCluster(requestOf(10), new FirstAnswer<>(answer));
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (admission.requestsInFlight() == 0 && System.nanoTime() - end < 0) {
      Thread.onSpinWait();
    }
    channel.shutdownNow();

    awaitZero();
  }

  private void awaitZero() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (admission.requestsInFlight() != 0 && System.nanoTime() - end < 0) {
      Thread.onSpinWait();
    }
    assertThat(admission.requestsInFlight()).isZero();
    assertThat(admission.bytesInFlight()).isZero();
  }

  @Test
  void connections_beyond_the_limit_are_closed_and_free_places_are_given_again() throws Exception {
    RpcServer server = start(Map.of("net.maximum-connections", "2"));
    Socket one = new Socket(InetAddress.getLoopbackAddress(), server.port());
    Socket two = new Socket(InetAddress.getLoopbackAddress(), server.port());
    assertThat(greeting(one)).isNotNegative();
    assertThat(greeting(two)).isNotNegative();
    try (Socket three = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      assertThat(greeting(three)).isEqualTo(-1);
    }
    one.close();
    ManagedChannel channel = channel(server);
    assertThat(
            AdminGrpc.newBlockingStub(channel)
                .withWaitForReady()
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .describeCluster(requestOf(1)))
        .isNotNull();
    two.close();
  }

  /** The first byte that a server says, or -1 when it closes. */
  private static int greeting(Socket socket) throws IOException {
    try {
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
      return socket.getInputStream().read();
    } catch (java.net.SocketException closed) {
      return -1;
    }
  }

  @Test
  void garbage_and_silence_harm_nobody() throws Exception {
    RpcServer server = start(Map.of("net.handshake-timeout", "1s"));
    Random random = new Random(1);
    try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      for (int i = 0; i < 50; i++) {
        byte[] garbage = new byte[1 + random.nextInt(5_000)];
        random.nextBytes(garbage);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
          socket.getOutputStream().write(garbage);
        } catch (IOException closedMeanwhile) {
          continue;
        }
      }
      assertThat(AdminGrpc.newBlockingStub(channel(server)).describeCluster(requestOf(1)))
          .isNotNull();
      silent.setSoTimeout(20_000);
      byte[] all = silent.getInputStream().readAllBytes();
      assertThat(all.length).isLessThan(1_000);
    }
  }

  @Test
  void the_watchdog_sees_an_event_loop_that_is_held_up() throws Exception {
    Metrics metrics = new Metrics("test");
    try (LoopWatchdog watchdog = LoopWatchdog.start(loops, health, metrics)) {
      assertThat(health.isReady()).isTrue();
      CountDownLatch done = new CountDownLatch(1);
      loops
          .loops()
          .getFirst()
          .execute(
              () -> {
                long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(150);
                while (System.nanoTime() - end < 0) {
                  Thread.onSpinWait();
                }
                done.countDown();
              });
      assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
      while (!metrics.text().contains("keelson_event_loop_delay_seconds_bucket{le=\"0.02\",}")
          || slow(metrics) == 0 && System.nanoTime() - end < 0) {
        Thread.onSpinWait();
      }
      assertThat(slow(metrics)).isPositive();
    }
  }

  /** Samples that were late. */
  private static double slow(Metrics metrics) {
    return sample(metrics, "le=\"+Inf\"") - sample(metrics, "le=\"0.02\"");
  }

  private static double sample(Metrics metrics, String label) {
    return metrics
        .text()
        .lines()
        .filter(line -> line.startsWith("keelson_event_loop_delay") && line.contains(label))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  private record FirstAnswer<A>(CompletableFuture<A> answer) implements StreamObserver<A> {
    @Override
    public void onNext(A next) {
      answer.complete(next);
    }

    @Override
    public void onError(Throwable error) {
      answer.completeExceptionally(error);
    }

    @Override
    public void onCompleted() {
      answer.completeExceptionally(new IllegalStateException("the stream ended"));
    }
  }
}
