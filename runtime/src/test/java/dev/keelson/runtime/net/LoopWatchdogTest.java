package dev.keelson.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.keelson.runtime.health.Health;
import dev.keelson.runtime.metrics.Metrics;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LoopWatchdogTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(LoopWatchdog.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final EventLoops loops = EventLoops.start("watched", 1);

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
    try (LoopWatchdog watchdog = start(Duration.ZERO)) {
      assertThat(watchdog).isNotNull();
      holdUp(() -> !lines.list.isEmpty());
    }

    assertThat(lines.list).first().asString().contains("held up", "LoopWatchdogTest");
  }

  @Test
  void nothing_is_reported_while_the_virtual_machine_warms_up() throws Exception {
    try (LoopWatchdog watchdog = start(Duration.ofMinutes(1))) {
      assertThat(watchdog).isNotNull();
      long end = System.nanoTime() + LoopWatchdog.LATE.multipliedBy(5).toNanos();
      holdUp(() -> System.nanoTime() - end > 0);
    }

    assertThat(lines.list).isEmpty();
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
