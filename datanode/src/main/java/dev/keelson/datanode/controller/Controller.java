package dev.keelson.datanode.controller;

import dev.keelson.coordination.MetadataKeys;
import dev.keelson.coordination.MetadataStore;
import dev.keelson.coordination.MetadataStore.Entry;
import dev.keelson.coordination.MetadataStore.Listing;
import dev.keelson.coordination.MetadataStore.Registration;
import dev.keelson.coordination.MetadataStore.Subscription;
import dev.keelson.core.shard.NodeId;
import dev.keelson.proto.internal.v1.ControllerRecord;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands for election as the controller, and while elected looks through the cluster whenever
 * something of it has changed. Nothing stops when there is no controller for a minute.
 *
 * <pre>
 *   STANDING ──claimed──► ELECTED ──lost──► STANDING      either ──close──► ENDED
 * </pre>
 */
public final class Controller implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Controller.class);

  /** What comes together is looked at together. */
  private static final Duration GATHER = Duration.ofMillis(50);

  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
  private static final List<String> MATTERS =
      List.of(
          MetadataKeys.NODES,
          MetadataKeys.IDENTITIES,
          MetadataKeys.DRAINS,
          MetadataKeys.KEYSPACES,
          MetadataKeys.SHARDS);

  private final MetadataStore store;
  private final ControllerConfig config;
  private final Thread thread;
  private final Registration claim;
  private final Subscription watch;
  private long claimedAt;
  private boolean changed;
  private boolean ended;
  private List<String> findings = List.of();

  private Controller(MetadataStore store, NodeId node, long boot, ControllerConfig config) {
    this.store = store;
    this.config = config;
    thread = Thread.ofVirtual().name("controller").unstarted(this::turn);
    claim =
        store.claim(
            MetadataKeys.CONTROLLER,
            ControllerRecord.newBuilder().setNode(node.name()).setBoot(boot).build().toByteString(),
            new Claim());
    watch = store.watch("", new Changes());
  }

  public static Controller start(
      MetadataStore store, NodeId node, long boot, ControllerConfig config) {
    Controller controller = new Controller(store, node, boot, config);
    controller.thread.start();
    return controller;
  }

  public synchronized boolean isElected() {
    return claimedAt > 0;
  }

  /** What hindered a better placement when this node looked last. */
  public synchronized List<String> findings() {
    return findings;
  }

  private final class Claim implements MetadataStore.ClaimListener {
    @Override
    public void held(long modRevision) {
      LOG.info("this node is the controller");
      elected(modRevision);
    }

    @Override
    public void lost() {
      LOG.info("this node is no longer the controller");
      elected(0);
    }
  }

  private synchronized void elected(long modRevision) {
    claimedAt = modRevision;
    changed = true;
    notifyAll();
  }

  private final class Changes implements MetadataStore.Watcher {
    @Override
    public void reset(Listing all) {
      wake();
    }

    @Override
    public void changed(List<Entry> puts, List<String> deletes, long revision) {
      if (puts.stream().map(Entry::key).anyMatch(this::matters)
          || deletes.stream().anyMatch(this::matters)) {
        wake();
      }
    }

    private boolean matters(String key) {
      return MATTERS.stream().anyMatch(key::startsWith);
    }
  }

  private synchronized void wake() {
    changed = true;
    notifyAll();
  }

  private void turn() {
    Absences absences = new Absences(config.patience(), config.replaceAfter());
    try {
      while (true) {
        long revision = awaitWork();
        if (revision < 0) {
          return;
        }
        Thread.sleep(GATHER);
        round(new PlacementRound(store, config, revision, absences));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The revision of the claim when there is something to look at; less than 0 at the end. */
  private synchronized long awaitWork() throws InterruptedException {
    while (!ended && claimedAt == 0) {
      wait();
    }
    if (!ended && !changed) {
      wait(config.period().toMillis());
    }
    changed = false;
    return ended ? -1 : claimedAt;
  }

  private void round(PlacementRound round) throws InterruptedException {
    try {
      PlacementRound.Outcome outcome = round.run();
      report(outcome.findings());
      if (outcome.changed()) {
        wake();
      }
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("controller: etcd can't be asked", e);
      Thread.sleep(AFTER_FAILURE);
    } catch (UnusableStateException e) {
      report(List.of("nothing is placed until this is mended in etcd: " + e.getMessage()));
      Thread.sleep(AFTER_FAILURE);
    } catch (RuntimeException e) {
      LOG.error("controller: a fault of ours", e);
      Thread.sleep(AFTER_FAILURE);
    }
  }

  private void report(List<String> now) {
    List<String> before;
    synchronized (this) {
      before = findings;
      findings = now;
    }
    now.stream().filter(it -> !before.contains(it)).forEach(it -> LOG.warn("controller: {}", it));
  }

  @Override
  public void close() {
    synchronized (this) {
      ended = true;
      notifyAll();
    }
    watch.close();
    claim.close();
    thread.interrupt();
  }
}
