package dev.keelson.datanode;

import dev.keelson.datanode.disk.DiskHealth;
import dev.keelson.datanode.disk.ForceTimes;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the disk, and says in this node's registration when others had better lead; the
 * controller then moves the leaders.
 */
final class DiskWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DiskWatch.class);
  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final Duration LIMIT = Duration.ofSeconds(1);

  private final DiskHealth health = new DiskHealth(DiskHealth.Limits.DEFAULTS);
  private final BooleanSupplier full;
  private final ForceTimes forces;
  private final NodeRegistration registration;
  private final NodeState state;
  private final Future<?> task;
  private DiskHealth.State told = DiskHealth.State.WELL;

  /**
   * @param full whether the journal refuses entries for want of room
   */
  DiskWatch(
      BooleanSupplier full,
      ForceTimes forces,
      NodeRegistration registration,
      NodeState state,
      ExecutorService background) {
    this.full = full;
    this.forces = forces;
    this.registration = registration;
    this.state = state;
    this.task = background.submit(this::watch);
  }

  private void watch() {
    try {
      while (!Thread.interrupted()) {
        lookOnce();
        Thread.sleep(PERIOD);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A fault of one look must not end the watch: the leaders would never come back. */
  private void lookOnce() throws InterruptedException {
    try {
      look();
    } catch (RuntimeException e) {
      LOG.error("the disk could not be looked after; the next look tries again", e);
    }
  }

  private void look() throws InterruptedException {
    DiskHealth.State now = health.look(full.getAsBoolean(), forces.look(System.nanoTime()));
    state.diskIs(now);
    if (now == told || !registration.ails(now.ailment(), LIMIT)) {
      return;
    }
    told = now;
    switch (now) {
      case WELL -> LOG.info("the disk is well again: this node may lead");
      case FULL, SLOW -> LOG.warn("{}: others had better lead", now.ailment());
    }
  }

  @Override
  public void close() {
    task.cancel(true);
  }
}
