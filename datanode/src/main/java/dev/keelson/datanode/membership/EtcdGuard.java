package dev.keelson.datanode.membership;

import dev.keelson.coordination.MetadataKeys;
import dev.keelson.coordination.MetadataStore;
import dev.keelson.coordination.MetadataStore.Listing;
import dev.keelson.core.shard.NodeId;
import dev.keelson.datanode.peer.EtcdWitness;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether etcd is still the store that it was (R14). Another store, or one that was set back, is a
 * latched alarm: this node then starts no election and changes no membership until an operator
 * adopts etcd as it is. Thread-safe.
 *
 * <p>A listing with a lower revision than one that was seen elsewhere may only have been on its way
 * for longer, so it is confirmed by a linearizable read that begins after the greater revision was
 * known.
 *
 * <p>The memory on disk runs behind by up to {@link #SAVE_DELAY}: after a crash within that time, a
 * set-back by fewer revisions goes unseen here. Peers remember too.
 */
public final class EtcdGuard implements EtcdWitness, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EtcdGuard.class);
  static final Duration SAVE_DELAY = Duration.ofSeconds(1);

  private final MetadataStore store;
  private final Path directory;
  private final Executor background;
  private final List<Consumer<String>> listeners = new ArrayList<>();
  private EtcdMemory memory;
  private boolean saving;
  private boolean closed;

  /**
   * @param background may block; runs saves
   */
  EtcdGuard(MetadataStore store, Path directory, EtcdMemory memory, Executor background) {
    this.store = store;
    this.directory = directory;
    this.memory = memory;
    this.background = background;
    memory.latched().ifPresent(it -> LOG.error("etcd is not trusted: {}", it));
  }

  /** Why etcd is not trusted. */
  public synchronized Optional<String> alarm() {
    return memory.latched();
  }

  /**
   * Whether an etcd was adopted whose terms must be raised above all durable ones before a replica
   * here opens (R14).
   */
  public synchronized boolean isAdopting() {
    return memory.adopting();
  }

  /** The terms are raised. */
  public void adopted() throws IOException {
    EtcdMemory done;
    synchronized (this) {
      memory = memory.adopted();
      done = memory;
    }
    done.write(directory);
  }

  /** Told once, when the alarm is raised or has been already; on any thread. */
  public void onAlarm(Consumer<String> listener) {
    Optional<String> raised;
    synchronized (this) {
      listeners.add(listener);
      raised = memory.latched();
    }
    raised.ifPresent(listener);
  }

  @Override
  public synchronized Seen seen() {
    return new Seen(memory.storeId(), memory.revision());
  }

  /** A listing arrived; it may be older than what is known. */
  void observed(Listing listing) {
    @Nullable Suspicion suspicion = remember(listing.storeId(), listing.revision());
    if (suspicion != null) {
      confirm(suspicion);
    }
  }

  /** A change or a swap of the same store arrived. */
  synchronized void observed(long revision) {
    if (memory.alarm().isEmpty() && revision > memory.revision()) {
      memory = memory.seen(memory.storeId(), revision);
      saveLater();
    }
  }

  @Override
  public void peerSaw(NodeId peer, Seen seen) {
    Seen own = seen();
    if (seen.storeId() == 0 || own.storeId() == 0) {
      return;
    }
    if (seen.storeId() != own.storeId()) {
      raise(
          "node "
              + peer
              + " uses etcd "
              + Long.toHexString(seen.storeId())
              + ", this node uses etcd "
              + Long.toHexString(own.storeId()));
    } else if (seen.revision() > own.revision()) {
      confirm(new Suspicion(seen, "node " + peer + " has seen"));
    }
  }

  private record Suspicion(Seen expected, String who) {}

  private synchronized @Nullable Suspicion remember(long storeId, long revision) {
    if (!memory.alarm().isEmpty()) {
      return null;
    }
    boolean same = memory.storeId() == storeId || memory.storeId() == 0;
    if (same && revision >= memory.revision()) {
      if (memory.storeId() != storeId || revision > memory.revision()) {
        memory = memory.seen(storeId, revision);
        saveLater();
      }
      return null;
    }
    return new Suspicion(seen(), "this node has seen");
  }

  private void confirm(Suspicion suspicion) {
    store
        .list(MetadataKeys.CLUSTER)
        .whenComplete(
            (listing, failure) -> {
              if (failure == null) {
                judge(listing, suspicion);
              }
            });
  }

  private void judge(Listing now, Suspicion suspicion) {
    Seen expected = suspicion.expected();
    if (now.storeId() != expected.storeId()) {
      raise(
          "etcd is another store: "
              + suspicion.who()
              + " store "
              + Long.toHexString(expected.storeId())
              + ", it is "
              + Long.toHexString(now.storeId())
              + " now");
    } else if (now.revision() < expected.revision()) {
      raise(
          "etcd was set back: "
              + suspicion.who()
              + " revision "
              + expected.revision()
              + ", it is at "
              + now.revision()
              + " now");
    } else {
      observed(now.revision());
    }
  }

  /**
   * Runs something that must not follow from a wrong etcd, once a look at it has shown that it is
   * the one it was; never when the alarm is latched or etcd can't be asked.
   */
  public void whenSure(Runnable act) {
    Seen expected = seen();
    var unused =
        store
            .list(MetadataKeys.CLUSTER)
            .whenComplete(
                (listing, failure) -> {
                  if (failure != null) {
                    LOG.warn(
                        "etcd can't be asked whether it is the one it was: {}",
                        failure.getMessage());
                    return;
                  }
                  judge(listing, new Suspicion(expected, "this node has seen"));
                  if (alarm().isEmpty()) {
                    act.run();
                  }
                });
  }

  /** Latches the alarm; the first reason is kept. Any thread. */
  public void raise(String why) {
    List<Consumer<String>> told;
    EtcdMemory latched;
    synchronized (this) {
      if (!memory.alarm().isEmpty()) {
        return;
      }
      latched = memory.alarmed(why);
      memory = latched;
      told = List.copyOf(listeners);
      saveLater();
    }
    LOG.error(
        "{}. This node starts no election and changes no membership until etcd is as it was and the"
            + " node starts anew with etcd.adopt={}, which takes etcd as it is then",
        why,
        latched.adoptToken());
    told.forEach(it -> it.accept(why));
  }

  private void saveLater() {
    if (saving || closed) {
      return;
    }
    saving = true;
    background.execute(
        () -> {
          try {
            Thread.sleep(SAVE_DELAY);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
          }
          save();
        });
  }

  private void save() {
    EtcdMemory now;
    synchronized (this) {
      if (!saving || closed) {
        return;
      }
      saving = false;
      now = memory;
    }
    write(now);
  }

  private void write(EtcdMemory now) {
    try {
      now.write(directory);
    } catch (IOException e) {
      LOG.warn("what was seen of etcd could not be kept in {}: {}", directory, e.toString());
    }
  }

  @Override
  public void close() {
    EtcdMemory last;
    synchronized (this) {
      closed = true;
      last = memory;
    }
    write(last);
  }
}
