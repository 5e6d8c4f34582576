package dev.keelson.client;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Ends operations whose time is over. Lives on the event loop.
 *
 * <p>All operations are looked at every 10 ms while there are any: they are few (the in-flight
 * limit) and most end long before, so a timer for each would cost more than it tells.
 */
final class Deadlines {
  private static final long TICK_MILLIS = 10;

  private final EventLoop loop;
  private final List<Operation> live = new ArrayList<>();
  private boolean ticking;

  Deadlines(EventLoop loop) {
    this.loop = loop;
  }

  void add(Operation operation) {
    live.add(operation);
    if (!ticking) {
      ticking = true;
      scheduleTick();
    }
  }

  /** What has not ended yet. */
  List<Operation> live() {
    return live.stream().filter(operation -> !operation.finished()).toList();
  }

  private void scheduleTick() {
    var unused = loop.schedule(this::tick, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void tick() {
    long now = System.nanoTime();
    List<Operation> late = new ArrayList<>();
    live.removeIf(
        operation -> {
          boolean over = now - operation.deadline() >= 0;
          if (over && !operation.finished()) {
            late.add(operation);
          }
          return over || operation.finished();
        });
    // Afterwards, because an end may bring new operations.
    late.forEach(Operation::expire);
    ticking = !live.isEmpty();
    if (ticking) {
      scheduleTick();
    }
  }
}
