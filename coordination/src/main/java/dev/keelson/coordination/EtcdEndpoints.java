package dev.keelson.coordination;

import dev.keelson.runtime.config.Address;
import dev.keelson.runtime.config.DataSize;
import dev.keelson.runtime.net.EventLoops;
import dev.keelson.runtime.net.NetConfig;
import dev.keelson.runtime.net.Transport;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContextBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The members of etcd, of which one is used until it fails. A member that hangs fails the call that
 * runs into its deadline, and no other after that. Thread-safe.
 */
final class EtcdEndpoints implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EtcdEndpoints.class);

  /** As measured: fast enough to notice a hung member, slow enough for etcd's own limit of 5 s. */
  private static final Duration KEEP_ALIVE_TIME = Duration.ofSeconds(10);

  private static final Duration KEEP_ALIVE_TIMEOUT = Duration.ofSeconds(2);
  private static final DataSize MAXIMUM_MESSAGE = DataSize.ofMebibytes(64);

  /** gRPC alone would wait up to two minutes before it tries a member again. */
  private static final long RECONNECT_NANOS = 500_000_000;

  private final List<Endpoint> endpoints;
  private final EtcdOutage outage;
  private final AtomicInteger current = new AtomicInteger();

  EtcdEndpoints(EtcdConfig config, EventLoops loops) {
    if (config.endpoints().isEmpty()) {
      throw new IllegalArgumentException("etcd needs an endpoint");
    }
    NetConfig defaults = NetConfig.DEFAULTS;
    NetConfig net =
        new NetConfig(
            1,
            defaults.flowControlWindow(),
            MAXIMUM_MESSAGE,
            defaults.maximumMetadata(),
            defaults.maximumStreams(),
            defaults.maximumConnections(),
            defaults.handshakeTimeout(),
            KEEP_ALIVE_TIME,
            KEEP_ALIVE_TIMEOUT,
            defaults.minimumPing());
    Transport transport = new Transport(loops, net);
    endpoints =
        config.endpoints().stream()
            .map(address -> new Endpoint(address, open(transport, address, config)))
            .toList();
    outage = new EtcdOutage(endpoints.size());
  }

  private static ManagedChannel open(Transport transport, Address address, EtcdConfig config) {
    NettyChannelBuilder builder = transport.channel(address.toString());
    config.certificateAuthority().ifPresent(authority -> encrypt(builder, authority, config));
    return builder.build();
  }

  private static void encrypt(NettyChannelBuilder builder, Path authority, EtcdConfig config) {
    try {
      SslContextBuilder ssl = GrpcSslContexts.forClient().trustManager(authority.toFile());
      if (config.certificate().isPresent() && config.certificateKey().isPresent()) {
        ssl.keyManager(config.certificate().get().toFile(), config.certificateKey().get().toFile());
      }
      builder.useTransportSecurity().sslContext(ssl.build());
    } catch (SSLException e) {
      throw new IllegalArgumentException("the certificates for etcd can't be used: " + e, e);
    }
  }

  int size() {
    return endpoints.size();
  }

  Endpoint current() {
    return endpoints.get(current.get());
  }

  /** A member has answered a call. */
  void answered() {
    outage.answered(System.nanoTime());
  }

  /** Goes on with the next member, unless somebody has done so already. */
  void failed(Endpoint endpoint, String why) {
    outage.failed(endpoint, endpoint.address + " fails: " + why, System.nanoTime());
    int index = endpoints.indexOf(endpoint);
    int next = (index + 1) % endpoints.size();
    if (index != next && current.compareAndSet(index, next) && !outage.isAway()) {
      LOG.warn(
          "etcd at {} fails ({}); going on with {}",
          endpoint.address,
          why,
          endpoints.get(next).address);
    }
  }

  @Override
  public void close() {
    endpoints.forEach(endpoint -> endpoint.channel.shutdownNow());
  }

  /** A member of etcd. */
  static final class Endpoint {
    private final Address address;
    private final ManagedChannel channel;
    private final AtomicLong nextReconnect = new AtomicLong(System.nanoTime());

    private Endpoint(Address address, ManagedChannel channel) {
      this.address = address;
      this.channel = channel;
    }

    ManagedChannel channel() {
      long now = System.nanoTime();
      long next = nextReconnect.get();
      if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE
          && now - next >= 0
          && nextReconnect.compareAndSet(next, now + RECONNECT_NANOS)) {
        channel.resetConnectBackoff();
      }
      return channel;
    }

    @Override
    public String toString() {
      return address.toString();
    }
  }
}
