package dev.keelson.client;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * Turns the routers' names into addresses, again and again, because pods come back with other ones.
 * Name look-ups block, so they have a thread of their own.
 */
final class Resolver implements AutoCloseable {
  private static final long PERIOD_SECONDS = 15;

  private final List<RouterAddress> names;
  private final BiConsumer<Set<InetSocketAddress>, String> found;
  private final ScheduledThreadPoolExecutor thread;

  /**
   * @param found called with all addresses, and the names that have none with the reason (empty
   *     when all have)
   */
  Resolver(List<RouterAddress> names, BiConsumer<Set<InetSocketAddress>, String> found) {
    this.names = names;
    this.found = found;
    this.thread =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread created = new Thread(task, "keelson-client-resolver");
              created.setDaemon(true);
              return created;
            });
  }

  void start() {
    var repeated =
        thread.scheduleWithFixedDelay(this::resolve, 0, PERIOD_SECONDS, TimeUnit.SECONDS);
    if (repeated.isCancelled()) {
      throw new IllegalStateException("the resolver has been closed");
    }
  }

  private void resolve() {
    Set<InetSocketAddress> addresses = new LinkedHashSet<>();
    StringBuilder unknown = new StringBuilder();
    for (RouterAddress name : names) {
      try {
        InetAddress[] all = InetAddress.getAllByName(name.host());
        int count = name.every() ? all.length : 1;
        for (int i = 0; i < count; i++) {
          addresses.add(new InetSocketAddress(all[i], name.port()));
        }
      } catch (UnknownHostException notFound) {
        unknown.append("the name ").append(name.host()).append(" has no address; ");
      }
    }
    found.accept(addresses, unknown.toString());
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
