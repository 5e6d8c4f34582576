package dev.keelson.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Servers that speak nonsense: the client says so in time and goes on living. */
class GarbageTest {
  private static final Row KEY = Row.of("code", "ATL");

  private static KeelsonClient client(int port) {
    return KeelsonClient.builder()
        .router("127.0.0.1:" + port)
        .timeout(Duration.ofMillis(700))
        .build();
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
  }

  @Test
  void framesOfRandomBytes() throws Exception {
    Random random = new Random(42);
    var multiplex =
        MethodDescriptor.newBuilder(new Bytes(), new Bytes())
            .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
            .setFullMethodName("keelson.v1.Database/Multiplex")
            .build();
    var service =
        ServerServiceDefinition.builder("keelson.v1.Database")
            .addMethod(
                multiplex, ServerCalls.asyncBidiStreamingCall(answers -> garbage(random, answers)))
            .build();
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .addService(service)
            .build()
            .start();
    try (KeelsonClient client = client(server.getPort())) {
      assertThatThrownBy(() -> client.table("t").get(KEY))
          .isInstanceOfSatisfying(
              KeelsonException.class, failure -> assertThat(failure.outcomeUnknown()).isFalse());
      assertThatThrownBy(() -> client.table("t").put(KEY)).isInstanceOf(KeelsonException.class);
    } finally {
      server.shutdownNow();
    }
  }

  private static StreamObserver<byte[]> garbage(Random random, StreamObserver<byte[]> answers) {
    return new StreamObserver<>() {
      @Override
      public void onNext(byte[] frame) {
        byte[] bytes = new byte[1 + random.nextInt(200)];
        random.nextBytes(bytes);
        answers.onNext(bytes);
      }

      @Override
      public void onError(Throwable cancelled) {}

      @Override
      public void onCompleted() {
        answers.onCompleted();
      }
    };
  }

  @Test
  void aServerThatIsNoGrpcServerAtAll() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
      Thread server = new Thread(() -> greet(listener), "greeter");
      server.setDaemon(true);
      server.start();
      try (KeelsonClient client = client(listener.getLocalPort())) {
        assertThatThrownBy(() -> client.table("t").get(KEY)).isInstanceOf(KeelsonException.class);
      }
    }
  }

  private static void greet(ServerSocket listener) {
    while (!listener.isClosed()) {
      try (Socket socket = listener.accept();
          OutputStream out = socket.getOutputStream()) {
        out.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi".getBytes());
      } catch (IOException closed) {
        return;
      }
    }
  }

  @Test
  void aGrpcServerWithoutOurServiceIsSaidToBeOne() throws Exception {
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0)).build().start();
    try (KeelsonClient client = client(server.getPort())) {
      assertThatThrownBy(() -> client.schema().tables()).hasMessageContaining("no Keelson router");
      assertThatThrownBy(() -> client.table("t").get(KEY)).isInstanceOf(KeelsonException.class);
    } finally {
      server.shutdownNow();
    }
  }
}
