package dev.keelson.runtime.net;

import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ServerChannel;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * Makes gRPC servers and channels that share the event loops of the process and run everything
 * directly on them: whoever hands in a service sees to it that none of its methods blocks.
 */
public final class Transport {
  private final EventLoops loops;
  private final NetConfig config;

  public Transport(EventLoops loops, NetConfig config) {
    this.loops = loops;
    this.config = config;
  }

  public EventLoops loops() {
    return loops;
  }

  /** A server on an address; port 0 takes a free one. */
  public NettyServerBuilder server(InetSocketAddress address) {
    return NettyServerBuilder.forAddress(address)
        .bossEventLoopGroup(loops.group())
        .workerEventLoopGroup(loops.group())
        .channelFactory(this::limitedServerChannel)
        .directExecutor()
        .flowControlWindow(config.flowControlWindow().toInt())
        .maxInboundMessageSize(config.maximumMessage().toInt())
        .maxInboundMetadataSize(config.maximumMetadata().toInt())
        .maxConcurrentCallsPerConnection(config.maximumStreams())
        .handshakeTimeout(config.handshakeTimeout().toNanos(), TimeUnit.NANOSECONDS)
        .keepAliveTime(config.keepAliveTime().toNanos(), TimeUnit.NANOSECONDS)
        .keepAliveTimeout(config.keepAliveTimeout().toNanos(), TimeUnit.NANOSECONDS)
        .permitKeepAliveTime(config.minimumPing().toNanos(), TimeUnit.NANOSECONDS)
        .permitKeepAliveWithoutCalls(true);
  }

  private ServerChannel limitedServerChannel() {
    ServerChannel channel = loops.newServerChannel();
    channel.pipeline().addFirst(new ConnectionLimit(config.maximumConnections()));
    return channel;
  }

  /**
   * A channel to one server. Nothing is retried underneath: a write that is sent twice must carry
   * its (session, sequence), and only its sender knows (R16).
   *
   * @param target {@code host:port}, or what gRPC resolves
   */
  public NettyChannelBuilder channel(String target) {
    return NettyChannelBuilder.forTarget(target)
        .usePlaintext()
        .eventLoopGroup(loops.group())
        .channelType(loops.clientChannel())
        .directExecutor()
        .disableRetry()
        .flowControlWindow(config.flowControlWindow().toInt())
        .maxInboundMessageSize(config.maximumMessage().toInt())
        .maxInboundMetadataSize(config.maximumMetadata().toInt())
        .keepAliveTime(config.keepAliveTime().toNanos(), TimeUnit.NANOSECONDS)
        .keepAliveTimeout(config.keepAliveTimeout().toNanos(), TimeUnit.NANOSECONDS);
  }
}
