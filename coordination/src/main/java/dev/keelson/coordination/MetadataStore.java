package dev.keelson.coordination;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Where a cluster's configuration and membership lie: small records under short keys, changed only
 * by compare-and-swap, and watched.
 *
 * <p>Keys are relative to the cluster, such as {@code shards/7} (see {@link MetadataKeys}).
 * Thread-safe; stages and watchers are run on threads of the store, so that what they do must
 * neither block nor take long. A store holds one revision for all keys, which grows with each
 * change.
 */
public interface MetadataStore extends AutoCloseable {
  /** Guards and changes of one swap; what etcd takes in a transaction by default. */
  int MAXIMUM_OPERATIONS = 128;

  /** The greatest value; all changes of a swap together may be no greater either. */
  int MAXIMUM_BYTES = 1 << 20;

  /**
   * All entries under a prefix, in key order, linearizable. Fails with {@link
   * MetadataUnavailableException}.
   */
  CompletionStage<Listing> list(String prefix);

  /**
   * One entry or none, linearizable, and which store said so at which revision (R14). Fails with
   * {@link MetadataUnavailableException}.
   */
  CompletionStage<Listing> read(String key);

  /** The entry that {@link #read} finds. */
  default CompletionStage<Optional<Entry>> get(String key) {
    return read(key).thenApply(it -> it.entries().stream().findFirst());
  }

  /**
   * Makes all changes if all guards hold, else none. Never fails because the store is away: that is
   * {@link SwapResult.Unknown}, to be settled by reading again (R1).
   */
  CompletionStage<SwapResult> swap(Swap swap);

  /**
   * Tells a watcher all entries under a prefix, then each change, in order and one call at a time.
   * Whenever changes may have been missed the watcher gets a new {@link Watcher#reset}. While the
   * store is away it gets nothing.
   */
  Subscription watch(String prefix, Watcher watcher);

  /**
   * Keeps an entry for as long as this process lives: it goes with the process's lease (20 s after
   * the last sign of life) and comes back by itself when only the lease was lost. It replaces an
   * entry that is there already, since that is the trace of an earlier start.
   */
  Registration register(String key, ByteString value);

  /**
   * Tries to be the one that holds a key, for as long as this process lives; for elections among
   * processes. Unlike {@link #register} it waits while another holds the key.
   */
  Registration claim(String key, ByteString value, ClaimListener listener);

  /** Ends subscriptions and registrations; their keys go at once. */
  @Override
  void close();

  /**
   * @param modRevision the store's revision at the entry's last change; what a {@link Guard} names
   */
  record Entry(String key, ByteString value, long modRevision) {}

  /**
   * @param revision the store's revision that the entries were read at
   * @param storeId tells a store from another one, or from the same one made anew (R14); never 0
   */
  record Listing(List<Entry> entries, long revision, long storeId) {
    public Listing {
      entries = List.copyOf(entries);
    }
  }

  /** The entry of {@code key} is as it was at {@code modRevision}; 0 means that there is none. */
  record Guard(String key, long modRevision) {}

  /** One change of a {@link Swap}. */
  sealed interface Change {
    String key();

    record Put(String key, ByteString value) implements Change {}

    record Delete(String key) implements Change {}
  }

  /** A compare-and-swap: guards and changes, each of different keys. */
  record Swap(List<Guard> guards, List<Change> changes) {
    public Swap {
      guards = List.copyOf(guards);
      changes = List.copyOf(changes);
      SwapLimits.check(guards, changes);
    }

    /** A swap of one entry. */
    public static Swap put(String key, long modRevision, ByteString value) {
      return new Swap(List.of(new Guard(key, modRevision)), List.of(new Change.Put(key, value)));
    }

    public static Swap delete(String key, long modRevision) {
      return new Swap(List.of(new Guard(key, modRevision)), List.of(new Change.Delete(key)));
    }
  }

  /** What became of a {@link Swap}; {@code storeId} tells which store has answered (R14). */
  sealed interface SwapResult {
    /** Done; {@code revision} is the mod revision of all entries that it put. */
    record Swapped(long revision, long storeId) implements SwapResult {}

    /** Not done, since a guard didn't hold; {@code current} has the guarded keys that exist. */
    record Refused(List<Entry> current, long revision, long storeId) implements SwapResult {
      public Refused {
        current = List.copyOf(current);
      }
    }

    /** Done, not done, or still to be done: read again and compare. */
    record Unknown(String why) implements SwapResult {}
  }

  /** Sees the entries under a prefix; called on a thread of the store, one call at a time. */
  interface Watcher {
    /** All there is now; whatever was told before and isn't here is gone. */
    void reset(Listing all);

    /** What one change of the store did; {@code revision} is the one it led to. */
    void changed(List<Entry> puts, List<String> deletes, long revision);
  }

  /** A watcher's place in a store. After {@link #close} at most a call that is running is seen. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }

  /** A key kept under this process's lease. */
  interface Registration extends AutoCloseable {
    /** Whether the key is in the store, as far as this process knows. */
    boolean isHeld();

    /** Gives the key up; it goes at once if the store can be reached, else with the lease. */
    @Override
    void close();
  }

  /** Learns whether a claimed key is held; called on a thread of the store, one at a time. */
  interface ClaimListener {
    /**
     * The key is held. Swaps of the holder are guarded by ({@code key}, {@code modRevision}), so
     * that none of a former holder comes through.
     */
    void held(long modRevision);

    /** The key may be another's now; the claim goes on and may be held again. */
    void lost();
  }
}
