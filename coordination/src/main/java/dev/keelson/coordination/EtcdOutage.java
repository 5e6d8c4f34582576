package dev.keelson.coordination;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells operators when etcd goes away, every half minute that it is still away, and when it is
 * back. It is away when each member has failed since the last answer of any: one dead member is no
 * outage, and the attempts of each watch and lease are no news. Thread-safe.
 */
final class EtcdOutage {
  private static final Logger LOG = LoggerFactory.getLogger(EtcdOutage.class);
  private static final Duration REMIND = Duration.ofSeconds(30);

  private final int members;
  private final Set<Object> failed = new HashSet<>();
  private long since;
  private long saidAt;
  private volatile boolean clear = true;

  EtcdOutage(int members) {
    this.members = members;
  }

  synchronized boolean isAway() {
    return failed.size() == members;
  }

  synchronized void failed(Object member, String why, long now) {
    boolean before = isAway();
    failed.add(member);
    clear = false;
    if (!isAway()) {
      return;
    }
    if (!before) {
      since = now;
      saidAt = now;
      LOG.warn(
          "etcd is away: {}; reads and writes go on, but nothing fails over and nothing is"
              + " configured until it is back",
          why);
    } else if (now - saidAt >= REMIND.toNanos()) {
      saidAt = now;
      LOG.warn("etcd is still away after {} s: {}", (now - since) / 1_000_000_000L, why);
    }
  }

  /** Called for every answer, so it is cheap when all is well. */
  void answered(long now) {
    if (!clear) {
      isBack(now);
    }
  }

  private synchronized void isBack(long now) {
    if (isAway()) {
      LOG.info("etcd is back after {} s", (now - since) / 1_000_000_000L);
    }
    failed.clear();
    clear = true;
  }
}
