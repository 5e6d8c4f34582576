package dev.keelson.datanode.membership;

import dev.keelson.coordination.MetadataKeys;
import dev.keelson.coordination.MetadataStore;
import dev.keelson.coordination.MetadataStore.Listing;
import dev.keelson.core.shard.NodeId;
import dev.keelson.datanode.peer.EtcdWitness;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether etcd is still the store that it was (R14). Another store, or one that was set back, is a
 * latched alarm: this node then starts no election and changes no membership until an operator
 * adopts etcd as it is. Thread-safe.
 *
 * <p>What is asked of etcd is answered by a revision that is no lower than any that was known when
 * it was asked ({@link #refutes}). A watch's listing may have been on its way for longer, and so
 * may what a peer tells: there a lower revision is confirmed by a read of our own.
 *
 * <p>The memory on disk runs behind by up to {@link #SAVE_DELAY}: after a crash within that time, a
 * set-back by fewer revisions goes unseen here. Peers remember too.
 */
public final class EtcdGuard implements EtcdWitness, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EtcdGuard.class);
  static final Duration SAVE_DELAY = Duration.ofSeconds(1);

  private final MetadataStore store;
  private final Keeper keeper;
  private final Later later;
  private final List<Consumer<String>> listeners = new ArrayList<>();
  private EtcdMemory memory;
  private boolean saving;
  private boolean closed;

  /** The greatest revision that a peer told of and that is still to be confirmed. */
  private @Nullable Suspicion told;

  private boolean confirming;

  /** Keeps the memory over restarts; may block. */
  public interface Keeper {
    void keep(EtcdMemory memory) throws IOException;
  }

  /** Runs a task that may block, after a while. */
  public interface Later {
    void run(Duration after, Runnable task);
  }

  public EtcdGuard(MetadataStore store, EtcdMemory memory, Keeper keeper, Later later) {
    this.store = store;
    this.memory = memory;
    this.keeper = keeper;
    this.later = later;
    memory.latched().ifPresent(it -> LOG.error("etcd is not trusted: {}", it));
  }

  /** The way to etcd that is watched over. */
  public MetadataStore guarded() {
    return new GuardedMetadataStore(store, this);
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
    keeper.keep(done);
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

  /** A listing of a watch arrived; it may be older than what is known. */
  void observed(Listing listing) {
    @Nullable Suspicion suspicion = remember(listing.storeId(), listing.revision());
    if (suspicion == null) {
      return;
    }
    if (suspicion.expected().storeId() == listing.storeId()) {
      confirm(suspicion, () -> {});
    } else {
      judge(listing.storeId(), listing.revision(), suspicion);
    }
  }

  /** A change of the same store arrived. */
  synchronized void observed(long revision) {
    if (memory.alarm().isEmpty() && revision > memory.revision()) {
      memory = memory.seen(memory.storeId(), revision);
      saveLater();
    }
  }

  /**
   * Why nothing may follow from an answer; raises the alarm when it is the answer that shows it.
   *
   * @param before what had been seen when the question was asked
   */
  Optional<String> refutes(Seen before, long storeId, long revision) {
    return alarm().or(() -> judge(storeId, revision, new Suspicion(before, "this node has seen")));
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
      confirmTold(new Suspicion(seen, "node " + peer + " has seen"));
    }
  }

  /**
   * One question at a time: peers tell of each change that our own watch has not brought yet, and
   * one answer settles all of them.
   */
  private void confirmTold(Suspicion next) {
    synchronized (this) {
      if (told == null || told.expected().revision() < next.expected().revision()) {
        told = next;
      }
      if (confirming) {
        return;
      }
      confirming = true;
    }
    confirm(next, this::confirmRest);
  }

  private void confirmRest() {
    @Nullable Suspicion rest;
    synchronized (this) {
      confirming = false;
      rest = told;
      told = null;
    }
    if (rest != null && rest.expected().revision() > seen().revision()) {
      // Not at once: when etcd is away, peers go on telling.
      later.run(SAVE_DELAY, () -> confirmLater(rest));
    }
  }

  private void confirmLater(Suspicion rest) {
    if (rest.expected().revision() > seen().revision() && alarm().isEmpty()) {
      confirmTold(rest);
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

  private void confirm(Suspicion suspicion, Runnable then) {
    var unused =
        store
            .list(MetadataKeys.CLUSTER)
            .whenComplete(
                (listing, failure) -> {
                  if (failure == null) {
                    judge(listing.storeId(), listing.revision(), suspicion);
                  }
                  then.run();
                });
  }

  /** Holds an answer against what was known when it was asked for. */
  private Optional<String> judge(long storeId, long revision, Suspicion suspicion) {
    Optional<String> wrong = wrong(storeId, revision, suspicion);
    wrong.ifPresentOrElse(this::raise, () -> observedIn(storeId, revision));
    return wrong;
  }

  private synchronized void observedIn(long storeId, long revision) {
    if (memory.storeId() == 0 && memory.alarm().isEmpty()) {
      memory = memory.seen(storeId, revision);
      saveLater();
    } else {
      observed(revision);
    }
  }

  private static Optional<String> wrong(long storeId, long revision, Suspicion suspicion) {
    Seen expected = suspicion.expected();
    if (expected.storeId() == 0) {
      return Optional.empty();
    }
    if (storeId != expected.storeId()) {
      return Optional.of(
          "etcd is another store: "
              + suspicion.who()
              + " store "
              + Long.toHexString(expected.storeId())
              + ", it is "
              + Long.toHexString(storeId)
              + " now");
    }
    if (revision < expected.revision()) {
      return Optional.of(
          "etcd was set back: "
              + suspicion.who()
              + " revision "
              + expected.revision()
              + ", it is at "
              + revision
              + " now");
    }
    return Optional.empty();
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
                  } else if (refutes(expected, listing.storeId(), listing.revision()).isEmpty()) {
                    act.run();
                  }
                });
  }

  /** Latches the alarm; the first reason is kept. Any thread. */
  public void raise(String why) {
    List<Consumer<String>> listening;
    EtcdMemory latched;
    synchronized (this) {
      if (!memory.alarm().isEmpty()) {
        return;
      }
      latched = memory.alarmed(why);
      memory = latched;
      listening = List.copyOf(listeners);
      saveLater();
    }
    LOG.error(
        "{}. This node starts no election and changes no membership until etcd is as it was and the"
            + " node starts anew with etcd.adopt={}, which takes etcd as it is then",
        why,
        latched.adoptToken());
    listening.forEach(it -> it.accept(why));
  }

  private void saveLater() {
    if (!saving && !closed) {
      saving = true;
      later.run(SAVE_DELAY, this::save);
    }
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
    keep(now);
  }

  private void keep(EtcdMemory now) {
    try {
      keeper.keep(now);
    } catch (IOException e) {
      LOG.warn("what was seen of etcd could not be kept: {}", e.toString());
    }
  }

  @Override
  public void close() {
    EtcdMemory last;
    synchronized (this) {
      closed = true;
      last = memory;
    }
    keep(last);
  }
}
