package dev.keelson.router.route;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Requests that wait for a leader: each until its backoff is over, or until news may let it
 * proceed. One tick serves all of them, since a failover parks thousands at once. Bounded by what
 * the router admits.
 */
final class WaitingRoom {
  private static final long TICK_MILLIS = 5;

  private final EventLoop loop;
  private List<ShardCall> waiting = new ArrayList<>();
  private boolean ticking;
  private volatile int size;

  WaitingRoom(EventLoop loop) {
    this.loop = loop;
  }

  int size() {
    return size;
  }

  void park(ShardCall call) {
    onLoop(
        () -> {
          waiting.add(call);
          size = waiting.size();
          startTicking();
        });
  }

  /** The map or a link changed: whoever can proceed now does so. */
  void news() {
    loop.execute(() -> release(true));
  }

  private void startTicking() {
    if (!ticking) {
      ticking = true;
      var unused = loop.schedule(this::tick, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void tick() {
    ticking = false;
    release(false);
    if (!waiting.isEmpty()) {
      startTicking();
    }
  }

  private void release(boolean becauseOfNews) {
    long now = System.nanoTime();
    List<ShardCall> kept = new ArrayList<>();
    List<ShardCall> released = new ArrayList<>();
    for (ShardCall call : waiting) {
      boolean go = becauseOfNews ? call.mayProceed() : call.isDue(now);
      (go ? released : kept).add(call);
    }
    waiting = kept;
    size = kept.size();
    // Only now: a call that must wait again parks itself anew.
    released.forEach(ShardCall::attempt);
  }

  private void onLoop(Runnable task) {
    if (loop.inEventLoop()) {
      task.run();
    } else {
      loop.execute(task);
    }
  }
}
