package dev.keelson.datanode.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keelson.datanode.peer.RecordingInbox.Delivered;
import dev.keelson.proto.internal.v1.Hello;
import dev.keelson.proto.internal.v1.PeerFrame;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PeerLinksTest {
  private final List<PeerProcess> processes = new ArrayList<>();

  @AfterEach
  void stopAll() {
    processes.forEach(PeerProcess::close);
  }

  private PeerProcess start(String name, long boot) throws IOException {
    return keep(new PeerProcess(name, boot));
  }

  private PeerProcess keep(PeerProcess process) {
    processes.add(process);
    return process;
  }

  private static void connect(PeerProcess one, PeerProcess other) throws InterruptedException {
    one.knows(other);
    other.knows(one);
    assertThat(one.inbox.next())
        .isEqualTo(new Delivered(other.node, "connected on disk-" + other.node, 0));
    assertThat(other.inbox.next())
        .isEqualTo(new Delivered(one.node, "connected on disk-" + one.node, 0));
  }

  @Test
  void messages_go_both_ways_over_one_stream_and_carry_the_boot_of_their_sender() throws Exception {
    PeerProcess a = start("a", 3);
    PeerProcess b = start("b", 8);
    connect(a, b);

    a.send(b.node, 1, 2, 10);
    b.send(a.node, 7, 1, 10);

    assertThat(b.inbox.next()).isEqualTo(new Delivered(a.node, "1", 3));
    assertThat(b.inbox.next()).isEqualTo(new Delivered(a.node, "2", 3));
    assertThat(a.inbox.next()).isEqualTo(new Delivered(b.node, "7", 8));
    assertThat(a.seenByPeers).containsExactly(new EtcdWitness.Seen(77, 5));
    assertThat(b.seenByPeers).containsExactly(new EtcdWitness.Seen(77, 5));
  }

  @Test
  void heartbeats_tell_what_was_seen_of_etcd_when_that_is_more() throws Exception {
    PeerProcess a = start("a", 1);
    PeerProcess b = start("b", 1);
    connect(a, b);

    a.beat(b.node, 6);
    a.beat(b.node, 6);
    a.send(b.node, 3, 1, 10);
    a.beat(b.node, 7);
    b.inbox.next();
    b.inbox.next();
    b.inbox.next();
    b.inbox.next();

    assertThat(b.seenByPeers)
        .containsExactly(
            new EtcdWitness.Seen(77, 5), new EtcdWitness.Seen(77, 6), new EtcdWitness.Seen(77, 7));
  }

  @Test
  void messages_of_one_turn_travel_in_one_frame() throws Exception {
    PeerProcess a = start("a", 1);
    PeerProcess b = start("b", 1);
    connect(a, b);

    a.send(b.node, 0, 100, 10);
    for (int i = 0; i < 100; i++) {
      assertThat(b.inbox.next().what()).isEqualTo("" + i);
    }

    assertThat(a.registry.getSampleValue("keelson_peer_frames_sent_total")).isEqualTo(1.0);
  }

  @Test
  void many_large_messages_arrive_in_order() throws Exception {
    PeerProcess a = start("a", 1);
    PeerProcess b = start("b", 1);
    connect(a, b);

    for (int turn = 0; turn < 20; turn++) {
      a.send(b.node, turn * 10, 10, 100_000);
    }

    for (int i = 0; i < 200; i++) {
      assertThat(b.inbox.next().what()).isEqualTo("" + i);
    }
  }

  @Test
  void a_full_queue_drops_and_counts_and_the_stream_goes_on() throws Exception {
    PeerProcess a = start("a", 1);
    PeerProcess b = start("b", 1);
    connect(a, b);

    a.send(b.node, 0, 60, 1 << 20);
    await().until(() -> a.dropped("queue_full") > 0);
    for (int i = 0; i < 60 - (int) a.dropped("queue_full"); i++) {
      assertThat(b.inbox.next().what()).isEqualTo("" + i);
    }
    a.send(b.node, 1000, 1, 1);

    assertThat(b.inbox.next().what()).isEqualTo("1000");
  }

  @Test
  void a_message_that_is_too_great_is_dropped_alone() throws Exception {
    PeerProcess a = start("a", 1);
    PeerProcess b = start("b", 1);
    connect(a, b);

    a.send(b.node, 1, 1, 13 << 20);
    a.send(b.node, 2, 1, 1);

    assertThat(b.inbox.next().what()).isEqualTo("2");
    assertThat(a.dropped("too_great")).isEqualTo(1);
  }

  @Test
  void a_break_is_told_at_once_and_the_stream_comes_back() throws Exception {
    PeerProcess a = start("a", 1);
    PeerProcess b = start("b", 1);
    connect(a, b);
    int port = a.port();

    long before = System.nanoTime();
    a.close();
    assertThat(b.inbox.next()).isEqualTo(new Delivered(a.node, "lost", 0));
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(6));
    PeerProcess again =
        keep(new PeerProcess(PeerProcess.CLUSTER, "a", 2, port, PeerConfig.DEFAULTS));

    assertThat(b.inbox.next()).isEqualTo(new Delivered(a.node, "connected on disk-a", 0));
    again.send(b.node, 5, 1, 1);
    assertThat(b.inbox.next()).isEqualTo(new Delivered(a.node, "5", 2));
  }

  @Test
  void a_node_that_moved_is_called_at_its_new_address() throws Exception {
    PeerProcess a = start("a", 1);
    PeerProcess b = start("b", 1);
    connect(a, b);
    PeerProcess moved = start("a", 2);

    b.knows(moved);

    assertThat(b.inbox.next().what()).isEqualTo("lost");
    assertThat(b.inbox.next().what()).isEqualTo("connected on disk-a");
    moved.send(b.node, 4, 1, 1);
    assertThat(b.inbox.next()).isEqualTo(new Delivered(a.node, "4", 2));
  }

  @Test
  void an_earlier_start_of_a_node_does_not_replace_its_latest() throws Exception {
    PeerProcess a = start("a", 1);
    PeerProcess latest = start("b", 9);
    connect(a, latest);
    PeerProcess earlier = start("b", 8);

    earlier.knows(a);
    await()
        .until(
            () ->
                a.registry.getSampleValue("keelson_peer_refused_total") instanceof Double d
                    && d > 0);

    assertThat(a.inbox.isEmpty()).isTrue();
    latest.send(a.node, 3, 1, 1);
    assertThat(a.inbox.next()).isEqualTo(new Delivered(latest.node, "3", 9));
  }

  @Test
  void a_node_of_another_cluster_is_refused_with_a_sentence() throws Exception {
    PeerProcess a = start("a", 1);

    Status status =
        exchange(a, hello(Hello.newBuilder().setClusterId("other").setNode("b").setProtocol(1)));

    assertThat(status.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(status.getDescription())
        .isEqualTo("node b belongs to cluster 'other', this is cluster 'cluster-1'");
    assertThat(a.inbox.isEmpty()).isTrue();
  }

  @Test
  void another_protocol_a_wrong_direction_and_a_bad_name_are_refused() throws Exception {
    PeerProcess m = start("m", 1);
    Hello.Builder good =
        Hello.newBuilder().setClusterId(PeerProcess.CLUSTER).setNode("z").setProtocol(1);

    assertThat(exchange(m, hello(good.clone().setProtocol(2))).getDescription())
        .contains("speaks protocol 2");
    assertThat(exchange(m, hello(good.clone().setNode("a"))).getDescription())
        .contains("the node with the greater name calls");
    assertThat(exchange(m, hello(good.clone().setNode("Z z"))).getDescription())
        .contains("no valid node");
    assertThat(exchange(m, PeerFrame.getDefaultInstance()).getDescription()).contains("cluster ''");
    assertThat(m.inbox.isEmpty()).isTrue();
  }

  @Test
  void silence_garbage_and_oversized_frames_end_their_stream_and_nothing_else() throws Exception {
    PeerConfig quick =
        new PeerConfig(
            Duration.ofMillis(50),
            Duration.ofSeconds(1),
            Duration.ofMillis(200),
            32 << 20,
            4 << 20,
            2 << 20,
            12 << 20,
            16,
            64,
            10);
    PeerProcess a = keep(new PeerProcess(PeerProcess.CLUSTER, "a", 1, 0, quick));
    PeerProcess b = start("b", 1);
    connect(a, b);

    assertThat(exchange(a, new byte[0][]).getDescription()).contains("no hello");
    assertThat(exchange(a, new byte[] {-1, -1, -1, -1, 7}).isOk()).isFalse();
    assertThat(exchange(a, new byte[17 << 20]).isOk()).isFalse();
    try (Socket socket = new Socket("127.0.0.1", a.port())) {
      socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n\0\1\2\3".getBytes("US-ASCII"));
      socket.getOutputStream().flush();
    }

    b.send(a.node, 6, 1, 1);
    assertThat(a.inbox.next()).isEqualTo(new Delivered(b.node, "6", 1));
  }

  private static PeerFrame hello(Hello.Builder hello) {
    return PeerFrame.newBuilder().setHello(hello).build();
  }

  private static Status exchange(PeerProcess to, PeerFrame frame) throws Exception {
    return exchange(to, new byte[][] {frame.toByteArray()});
  }

  private static Status exchange(PeerProcess to, byte[] frame) throws Exception {
    return exchange(to, new byte[][] {frame});
  }

  /** Sends raw frames from nowhere and answers how the stream ended. */
  private static Status exchange(PeerProcess to, byte[][] frames) throws Exception {
    MethodDescriptor<byte[], byte[]> raw =
        Dialer.EXCHANGE.toBuilder(new RawMarshaller(), new RawMarshaller()).build();
    ManagedChannel channel = to.transport.channel(to.address()).build();
    try {
      CompletableFuture<Status> ended = new CompletableFuture<>();
      ClientCall<byte[], byte[]> call = channel.newCall(raw, CallOptions.DEFAULT);
      call.start(
          new ClientCall.Listener<>() {
            @Override
            public void onClose(Status status, Metadata trailers) {
              ended.complete(status);
            }
          },
          new Metadata());
      call.request(10);
      for (byte[] frame : frames) {
        call.sendMessage(frame);
      }
      return ended.get(10, TimeUnit.SECONDS);
    } finally {
      channel.shutdownNow();
    }
  }

  private static final class RawMarshaller implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
