package dev.keelson.runtime.net;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The event loops of a process: all its sockets and shard loops turn on these few threads, servers
 * and clients alike. Nothing may block or take long on them.
 */
public final class EventLoops implements AutoCloseable {
  private final EventLoopGroup group;
  private final List<EventLoop> loops;
  private final boolean epoll;

  private EventLoops(EventLoopGroup group, List<EventLoop> loops, boolean epoll) {
    this.group = group;
    this.loops = List.copyOf(loops);
    this.epoll = epoll;
  }

  /**
   * As many loops as serve this machine best: one on two cores (measured: a second one halves the
   * batches), else one per core less one for the journal.
   */
  public static int recommendedCount() {
    return Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
  }

  /**
   * Starts the loops, on epoll where there is one.
   *
   * @param name begins the names of the threads
   */
  public static EventLoops start(String name, int count) {
    return start(name, count, Epoll.isAvailable());
  }

  static EventLoops start(String name, int count, boolean epoll) {
    IoHandlerFactory handlers = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    EventLoopGroup group =
        new MultiThreadIoEventLoopGroup(count, new DefaultThreadFactory(name + "-loop"), handlers);
    List<EventLoop> loops = new ArrayList<>();
    group.forEach(executor -> loops.add((EventLoop) executor));
    return new EventLoops(group, loops, epoll);
  }

  /** Each loop by its number; a shard is pinned to one. */
  public List<EventLoop> loops() {
    return loops;
  }

  EventLoopGroup group() {
    return group;
  }

  ServerChannel newServerChannel() {
    return epoll ? new EpollServerSocketChannel() : new NioServerSocketChannel();
  }

  Class<? extends Channel> clientChannel() {
    return epoll ? EpollSocketChannel.class : NioSocketChannel.class;
  }

  /** Ends the loops after what they have queued; waits at most five seconds. */
  @Override
  public void close() {
    group.shutdownGracefully(0, 3, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
  }
}
