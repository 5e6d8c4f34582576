package dev.keelson.client;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** The client's one event loop, and channels whose work is all done on it. */
final class Transport implements AutoCloseable {
  private static final int MAX_INBOUND_MESSAGE_BYTES = 32 << 20;
  private static final int MAX_INBOUND_METADATA_BYTES = 16 << 10;
  private static final int CONNECT_MILLIS = 3_000;

  /** Routers allow a sign of life every 5 s; more often they close the connection. */
  private static final int KEEP_ALIVE_SECONDS = 10;

  private static final int KEEP_ALIVE_TIMEOUT_SECONDS = 5;
  private static final int CLOSE_SECONDS = 5;

  private final EventLoopGroup group;
  private final Class<? extends Channel> channelType;
  private final EventLoop loop;

  Transport() {
    boolean epoll = Epoll.isAvailable();
    group =
        new MultiThreadIoEventLoopGroup(
            1,
            new DefaultThreadFactory("keelson-client", true),
            epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    channelType = epoll ? EpollSocketChannel.class : NioSocketChannel.class;
    loop = group.next();
  }

  EventLoop loop() {
    return loop;
  }

  /** A channel to one router. This is the place where TLS will come in. */
  ManagedChannel channel(InetSocketAddress router) {
    return NettyChannelBuilder.forAddress(router)
        .usePlaintext()
        .eventLoopGroup(group)
        .channelType(channelType)
        .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
        .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
        .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .directExecutor()
        .disableRetry()
        .disableServiceConfigLookUp()
        .proxyDetector(address -> null)
        .maxInboundMessageSize(MAX_INBOUND_MESSAGE_BYTES)
        .maxInboundMetadataSize(MAX_INBOUND_METADATA_BYTES)
        .build();
  }

  @Override
  public void close() {
    var closed = group.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS);
    if (!loop.inEventLoop()) {
      closed.awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
  }
}
