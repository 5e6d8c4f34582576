package dev.keelson.client;

import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All routers, and the choice among them. Lives on the event loop. */
final class Routers {
  /** A connection that owes answers and brings none for so long is given up. */
  private static final long SILENT_NANOS = 3_000_000_000L;

  /** The same when there is no other: behind one address there may be another router. */
  private static final long SILENT_ALONE_NANOS = 2 * SILENT_NANOS;

  private static final long CONNECTING_NANOS = 10_000_000_000L;

  private final Transport transport;
  private final EventLoop loop;
  private final Router.Owner owner;
  private final Map<InetSocketAddress, Router> byAddress = new LinkedHashMap<>();
  private List<Router> all = List.of();
  private final List<Router> retired = new ArrayList<>();
  private String unresolved = "";

  Routers(Transport transport, Router.Owner owner) {
    this.transport = transport;
    this.loop = transport.loop();
    this.owner = owner;
  }

  /** Takes over what the names stand for now. A failed look-up takes nothing away. */
  void resolved(Set<InetSocketAddress> addresses, String failures) {
    unresolved = failures;
    long now = System.nanoTime();
    if (failures.isEmpty()) {
      Set<InetSocketAddress> gone = new HashSet<>(byAddress.keySet());
      gone.removeAll(addresses);
      gone.forEach(this::retire);
    }
    for (InetSocketAddress address : addresses) {
      byAddress.computeIfAbsent(address, it -> router(it, now)).connectIfDue(now);
    }
    all = List.copyOf(byAddress.values());
  }

  private Router router(InetSocketAddress address, long now) {
    String name = address.getAddress().getHostAddress() + ":" + address.getPort();
    return new Router(name, transport.channel(address), loop, owner, now);
  }

  private void retire(InetSocketAddress address) {
    Router router = byAddress.remove(address);
    if (router != null) {
      router.retire();
      retired.add(router);
    }
  }

  /**
   * The less busy of two ready routers, from a place drawn at random; the one to avoid only if
   * there is no other.
   */
  Optional<Router> pick(@Nullable Router avoid) {
    int count = all.size();
    if (count == 0) {
      return Optional.empty();
    }
    Router best = avoid != null && avoid.isReady() ? avoid : null;
    int start = ThreadLocalRandom.current().nextInt(count);
    int seen = 0;
    for (int i = 0; i < count && seen < 2; i++) {
      Router router = all.get((start + i) % count);
      if (router != avoid && router.isReady()) {
        seen++;
        best = best == null || best == avoid || router.load() < best.load() ? router : best;
      }
    }
    return Optional.ofNullable(best);
  }

  /** What has to be done from time to time: connect again, give silent routers up, clean up. */
  void tend(long now) {
    all.forEach(router -> router.connectIfDue(now));
    long ready = all.stream().filter(Router::isReady).count();
    long patience = ready > 1 ? SILENT_NANOS : SILENT_ALONE_NANOS;
    for (Router router : all) {
      if (router.silentNanos(now) > patience) {
        router.abandon("it owes answers and sends none");
      } else if (router.connectingNanos(now) > CONNECTING_NANOS) {
        router.abandon("no connection came about");
      }
    }
    for (Iterator<Router> each = retired.iterator(); each.hasNext(); ) {
      Router router = each.next();
      if (router.drained()) {
        router.close();
        each.remove();
      }
    }
  }

  void flush() {
    all.forEach(Router::flush);
    retired.forEach(Router::flush);
  }

  /** Whether there is none of which an answer can still be hoped for soon. */
  boolean allFailed() {
    return all.isEmpty()
        ? !unresolved.isEmpty()
        : all.stream().allMatch(router -> router.lastFailure().isPresent());
  }

  /** Why no router can be reached, as the end of a sentence. */
  String trouble() {
    String each =
        byAddress.values().stream()
            .map(router -> router.name() + describe(router.lastFailure()))
            .collect(Collectors.joining(" "));
    return unresolved + each;
  }

  private static String describe(Optional<KeelsonException> failure) {
    Function<KeelsonException, String> message = it -> ": " + it.getMessage();
    return failure.map(message).orElse(" does not answer.");
  }

  void close() {
    byAddress.values().forEach(Router::close);
    retired.forEach(Router::close);
  }
}
