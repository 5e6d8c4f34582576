package dev.keelson.runtime.net;

import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
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
        .channelType(loops.serverChannel())
        .directExecutor()
        .flowControlWindow(config.flowControlWindow())
        .maxInboundMessageSize(config.maximumMessage())
        .maxInboundMetadataSize(config.maximumMetadata())
        .maxConcurrentCallsPerConnection(config.maximumStreams())
        .keepAliveTime(config.keepAliveTime().toNanos(), TimeUnit.NANOSECONDS)
        .keepAliveTimeout(config.keepAliveTimeout().toNanos(), TimeUnit.NANOSECONDS)
        .permitKeepAliveTime(config.minimumPing().toNanos(), TimeUnit.NANOSECONDS)
        .permitKeepAliveWithoutCalls(true);
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
        .flowControlWindow(config.flowControlWindow())
        .maxInboundMessageSize(config.maximumMessage())
        .maxInboundMetadataSize(config.maximumMetadata())
        .keepAliveTime(config.keepAliveTime().toNanos(), TimeUnit.NANOSECONDS)
        .keepAliveTimeout(config.keepAliveTimeout().toNanos(), TimeUnit.NANOSECONDS);
  }
}
