package dev.keelson.runtime.net;

import dev.keelson.runtime.health.Health;
import dev.keelson.runtime.metrics.Metrics;
import io.netty.channel.EventLoop;
import io.prometheus.client.Histogram;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out who holds up an event loop: asks each loop for a sign of life every few milliseconds,
 * and when one is late looks at what its thread is doing. A loop that is stuck for good makes the
 * process call for a restart.
 */
public final class LoopWatchdog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LoopWatchdog.class);

  static final Duration LATE = Duration.ofMillis(20);
  private static final Duration STUCK = Duration.ofMinutes(1);
  private static final Duration PERIOD = Duration.ofMillis(10);
  private static final long QUIET_NANOS = Duration.ofSeconds(10).toNanos();
  private static final int FRAMES = 12;

  /** While the virtual machine still compiles everything takes long, and says nothing. */
  private static final Duration WARM_UP = Duration.ofSeconds(30);

  /** Where a loop without work is, by transport. */
  private static final Set<String> WAITING =
      Set.of("epollWait", "epollWait0", "epollWaitAndRegister", "select", "poll", "park");

  private final List<Watched> loops;
  private final Health.Part health;
  private final Histogram delay;
  private final Thread thread;
  private final long warmUntil;
  private volatile boolean closed;

  /** A loop and the sign of life that it was asked for last. */
  private static final class Watched {
    private final EventLoop loop;
    private volatile @Nullable Thread thread;
    private volatile boolean answered = true;
    private volatile long answeredAt;
    private long askedAt;
    private long quietUntil = System.nanoTime();
    private int unreported;
    private boolean late;

    Watched(EventLoop loop) {
      this.loop = loop;
    }

    void ask() {
      askedAt = System.nanoTime();
      answered = false;
      late = false;
      try {
        loop.execute(this::answer);
      } catch (RejectedExecutionException e) {
        // The loop has ended: nothing holds it up any more.
        answered = true;
      }
    }

    private void answer() {
      thread = Thread.currentThread();
      answeredAt = System.nanoTime();
      answered = true;
    }
  }

  private LoopWatchdog(EventLoops loops, Health.Part health, Metrics metrics, Duration warmUp) {
    this.warmUntil = System.nanoTime() + warmUp.toNanos();
    this.loops = loops.loops().stream().map(Watched::new).toList();
    this.health = health;
    this.delay =
        Histogram.build(
                "keelson_event_loop_delay_seconds",
                "How long a task waits until its event loop turns to it; sampled.")
            .buckets(0.001, 0.005, 0.02, 0.1, 0.5, 2, 10)
            .register(metrics.registry());
    this.thread = Thread.ofPlatform().daemon().name("loop-watchdog").unstarted(this::watch);
  }

  public static LoopWatchdog start(EventLoops loops, Health health, Metrics metrics) {
    Duration running = Duration.ofMillis(ManagementFactory.getRuntimeMXBean().getUptime());
    return start(loops, health, metrics, WARM_UP.minus(running));
  }

  /**
   * @param warmUp for how long nothing is reported
   */
  static LoopWatchdog start(EventLoops loops, Health health, Metrics metrics, Duration warmUp) {
    LoopWatchdog watchdog = new LoopWatchdog(loops, health.part("event loops"), metrics, warmUp);
    watchdog.health.ready();
    watchdog.thread.start();
    return watchdog;
  }

  private void watch() {
    while (!closed) {
      LockSupport.parkNanos(PERIOD.toNanos());
      for (Watched watched : loops) {
        look(watched);
      }
    }
  }

  private void look(Watched watched) {
    long waited = System.nanoTime() - watched.askedAt;
    if (watched.answered) {
      if (watched.late) {
        LOG.debug("an event loop turned again after {} ms", waited / 1_000_000);
      }
      if (watched.answeredAt != 0) {
        delay.observe((watched.answeredAt - watched.askedAt) / 1e9);
      }
      if (!watched.loop.isShuttingDown()) {
        watched.ask();
      }
      return;
    }
    if (waited > STUCK.toNanos()) {
      health.needsRestart("an event loop is stuck for " + waited / 1_000_000_000 + " s");
    }
    if (!watched.late && waited > LATE.toNanos()) {
      watched.late = true;
      report(watched, waited);
    }
  }

  private void report(Watched watched, long waited) {
    long now = System.nanoTime();
    Thread held = watched.thread;
    StackTraceElement[] stack = held == null ? new StackTraceElement[0] : held.getStackTrace();
    if (now - warmUntil < 0 || isIdle(stack)) {
      return;
    }
    if (now - watched.quietUntil < 0) {
      watched.unreported++;
      return;
    }
    LOG.warn(
        "an event loop is held up for {} ms ({} more times since the last report) by\n{}",
        waited / 1_000_000,
        watched.unreported,
        text(stack));
    watched.unreported = 0;
    watched.quietUntil = now + QUIET_NANOS;
  }

  /**
   * A loop that waits for its sockets is held up by nobody of ours: the machine did not wake it in
   * time, or it has just gone back to sleep.
   */
  static boolean isIdle(StackTraceElement[] stack) {
    return stack.length > 0 && WAITING.contains(stack[0].getMethodName());
  }

  private static String text(StackTraceElement[] stack) {
    if (stack.length == 0) {
      return "  (its first turn)";
    }
    return Arrays.stream(stack)
        .limit(FRAMES)
        .map(frame -> "    at " + frame)
        .collect(Collectors.joining("\n"));
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    LockSupport.unpark(thread);
    thread.join(Duration.ofSeconds(1));
  }
}
