package dev.keelson.runtime.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes what a server accepts beyond a number of open connections, before it costs memory. */
@Sharable
final class ConnectionLimit extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionLimit.class);
  private static final long QUIET_NANOS = 10_000_000_000L;

  private final int maximum;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicLong lastLog = new AtomicLong(System.nanoTime() - QUIET_NANOS);

  ConnectionLimit(int maximum) {
    this.maximum = maximum;
  }

  /** The server's channel reads the connections that it accepts. */
  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    Channel connection = (Channel) message;
    if (open.incrementAndGet() > maximum) {
      open.decrementAndGet();
      connection.unsafe().closeForcibly();
      sayRefused(connection);
      return;
    }
    connection.closeFuture().addListener(closed -> open.decrementAndGet());
    context.fireChannelRead(message);
  }

  private void sayRefused(Channel connection) {
    long now = System.nanoTime();
    long last = lastLog.get();
    if (now - last >= QUIET_NANOS && lastLog.compareAndSet(last, now)) {
      LOG.warn(
          "refused a connection from {}: {} are open (net.maximum-connections)",
          connection.remoteAddress(),
          maximum);
    }
  }
}
