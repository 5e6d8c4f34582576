package dev.keelson.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.keelson.runtime.health.Health;
import dev.keelson.runtime.metrics.Metrics;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LoopWatchdogTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(LoopWatchdog.class);
  private final Lines lines = new Lines();
  private final EventLoops loops = EventLoops.start("watched", 1);

  /** What was reported, on whichever thread. */
  private static final class Lines extends AppenderBase<ILoggingEvent> {
    private final Queue<String> said = new ConcurrentLinkedQueue<>();

    @Override
    protected void append(ILoggingEvent event) {
      said.add(event.getFormattedMessage());
    }
  }

  @BeforeEach
  void listen() {
    lines.start();
    logger.setAdditive(false);
    logger.addAppender(lines);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(lines);
    logger.setAdditive(true);
    loops.close();
  }

  @Test
  void who_holds_up_a_loop_is_named() throws Exception {
    Metrics metrics = new Metrics("test");
    try (LoopWatchdog watchdog = LoopWatchdog.start(loops, new Health(), metrics, Duration.ZERO)) {
      assertThat(watchdog).isNotNull();
      // Before its first sign of life the loop's thread is not known.
      long end = System.nanoTime() + 20_000_000_000L;
      while (signsOfLife(metrics) == 0 && System.nanoTime() - end < 0) {
        Thread.onSpinWait();
      }
      holdUp(this::isNamed);
    }

    assertThat(isNamed()).as("%s", lines.said).isTrue();
  }

  private boolean isNamed() {
    return lines.said.stream()
        .anyMatch(it -> it.contains("held up") && it.contains("LoopWatchdogTest"));
  }

  private static double signsOfLife(Metrics metrics) {
    Double count = metrics.registry().getSampleValue("keelson_event_loop_delay_seconds_count");
    return count == null ? 0 : count;
  }

  @Test
  void nothing_is_reported_while_the_virtual_machine_warms_up() throws Exception {
    try (LoopWatchdog watchdog = start(Duration.ofMinutes(1))) {
      assertThat(watchdog).isNotNull();
      long end = System.nanoTime() + LoopWatchdog.LATE.multipliedBy(5).toNanos();
      holdUp(() -> System.nanoTime() - end > 0);
    }

    assertThat(lines.said).isEmpty();
  }

  @Test
  void a_loop_that_waits_for_its_sockets_is_held_up_by_nobody() {
    assertThat(LoopWatchdog.isIdle(stack("epollWait"))).isTrue();
    assertThat(LoopWatchdog.isIdle(stack("fsync"))).isFalse();
    assertThat(LoopWatchdog.isIdle(new StackTraceElement[0])).isFalse();
  }

  private static StackTraceElement[] stack(String top) {
    return new StackTraceElement[] {
      new StackTraceElement("io.netty.channel.epoll.Native", top, "Native.java", 1)
    };
  }

  private LoopWatchdog start(Duration warmUp) {
    return LoopWatchdog.start(loops, new Health(), new Metrics("test"), warmUp);
  }

  /** Keeps the loop busy until something is so, with a limit. */
  private void holdUp(BooleanSupplier until) throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    loops.loops().getFirst().execute(() -> busy(until, done));
    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
  }

  private static void busy(BooleanSupplier until, CountDownLatch done) {
    long end = System.nanoTime() + 20_000_000_000L;
    while (!until.getAsBoolean() && System.nanoTime() - end < 0) {
      Thread.onSpinWait();
    }
    done.countDown();
  }
}
