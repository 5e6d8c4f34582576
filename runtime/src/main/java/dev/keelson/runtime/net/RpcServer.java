package dev.keelson.runtime.net;

import dev.keelson.runtime.admission.Admission;
import dev.keelson.runtime.health.Health;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A process's gRPC server: its services, and beside them reflection and the standard health
 * service, with limits on what is in flight.
 */
public final class RpcServer implements AutoCloseable {
  private static final long STOP_SECONDS = 5;

  private final Server server;
  private final HealthStatusManager health;

  private RpcServer(Server server, HealthStatusManager health) {
    this.server = server;
    this.health = health;
  }

  /**
   * Starts to listen. Methods of the services run on the event loops and must not block.
   *
   * @param address port 0 takes a free one
   * @param health what the health service tells; the server answers calls from the start all the
   *     same, so services refuse what they can't do yet
   */
  public static RpcServer start(
      Transport transport,
      InetSocketAddress address,
      List<BindableService> services,
      Health health,
      Admission admission)
      throws IOException {
    HealthStatusManager status = new HealthStatusManager();
    AdmissionFilter filter = new AdmissionFilter(admission);
    NettyServerBuilder builder =
        transport
            .server(address)
            .addService(status.getHealthService())
            .addService(ProtoReflectionServiceV1.newInstance())
            .addTransportFilter(filter)
            .intercept(filter);
    services.forEach(builder::addService);
    health.listen(
        ready -> status.setStatus("", ready ? ServingStatus.SERVING : ServingStatus.NOT_SERVING));
    return new RpcServer(start(builder.build(), address), status);
  }

  private static Server start(Server server, InetSocketAddress address) throws IOException {
    try {
      return server.start();
    } catch (IOException e) {
      Throwable why = e.getCause() == null ? e : e.getCause();
      throw new IOException(
          "can't listen on %s:%d: %s; stop whoever does, or name another address"
              .formatted(address.getHostString(), address.getPort(), why.getMessage()),
          e);
    }
  }

  /**
   * The gate of the connection whose call is being started on this thread; for services with a
   * stream of requests, to be asked when the stream begins.
   */
  public static Optional<Admission.Gate> gate() {
    return AdmissionFilter.gate();
  }

  public int port() {
    return server.getPort();
  }

  /** Takes no more calls, lets those in flight end for a while, then cuts them off. */
  @Override
  public void close() throws InterruptedException {
    health.enterTerminalState();
    server.shutdown();
    if (!server.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
      server.shutdownNow();
      server.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
    }
  }
}
