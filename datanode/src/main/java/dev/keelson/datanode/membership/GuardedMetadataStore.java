package dev.keelson.datanode.membership;

import com.google.protobuf.ByteString;
import dev.keelson.coordination.MetadataKeys;
import dev.keelson.coordination.MetadataStore;
import dev.keelson.coordination.MetadataUnavailableException;
import dev.keelson.datanode.peer.EtcdWitness.Seen;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The one way from a data node to etcd: whatever comes from there is shown to the guard. An answer
 * that shows another etcd, or one that was set back, is none, and while the alarm is latched no
 * shard's configuration is changed (R14).
 */
final class GuardedMetadataStore implements MetadataStore {
  private final MetadataStore store;
  private final EtcdGuard guard;

  GuardedMetadataStore(MetadataStore store, EtcdGuard guard) {
    this.store = store;
    this.guard = guard;
  }

  @Override
  public CompletionStage<Listing> list(String prefix) {
    return believed(it -> it.list(prefix));
  }

  @Override
  public CompletionStage<Listing> read(String key) {
    return believed(it -> it.read(key));
  }

  /** While the alarm is latched what is read is shown as it is: whoever asks knows of the alarm. */
  private CompletionStage<Listing> believed(
      Function<MetadataStore, CompletionStage<Listing>> question) {
    if (guard.alarm().isPresent()) {
      return question.apply(store);
    }
    Seen before = guard.seen();
    return question.apply(store).thenApply(listing -> believed(listing, before));
  }

  private Listing believed(Listing listing, Seen before) {
    Optional<String> wrong = guard.refutes(before, listing.storeId(), listing.revision());
    if (wrong.isPresent()) {
      throw new MetadataUnavailableException(wrong.get());
    }
    return listing;
  }

  @Override
  public CompletionStage<SwapResult> swap(Swap swap) {
    Optional<String> alarm = guard.alarm();
    if (alarm.isPresent()) {
      // Nothing is sent: as with an answer that was lost, the caller reads again, and waits.
      return changesShards(swap)
          ? CompletableFuture.completedFuture(new SwapResult.Unknown(alarm.get()))
          : store.swap(swap);
    }
    Seen before = guard.seen();
    return store.swap(swap).thenApply(result -> believed(result, before));
  }

  private static boolean changesShards(Swap swap) {
    return swap.changes().stream().anyMatch(it -> it.key().startsWith(MetadataKeys.SHARDS));
  }

  private SwapResult believed(SwapResult result, Seen before) {
    Optional<String> wrong =
        switch (result) {
          case SwapResult.Swapped done -> guard.refutes(before, done.storeId(), done.revision());
          case SwapResult.Refused not -> guard.refutes(before, not.storeId(), not.revision());
          case SwapResult.Unknown unknown -> Optional.empty();
        };
    return wrong.<SwapResult>map(SwapResult.Unknown::new).orElse(result);
  }

  @Override
  public Subscription watch(String prefix, Watcher watcher) {
    return store.watch(
        prefix,
        new Watcher() {
          @Override
          public void reset(Listing all) {
            guard.observed(all);
            watcher.reset(all);
          }

          @Override
          public void changed(List<Entry> puts, List<String> deletes, long revision) {
            guard.observed(revision);
            watcher.changed(puts, deletes, revision);
          }
        });
  }

  @Override
  public Registration register(String key, ByteString value) {
    return store.register(key, value);
  }

  @Override
  public Registration claim(String key, ByteString value, ClaimListener listener) {
    return store.claim(key, value, listener);
  }

  @Override
  public void close() {
    store.close();
  }
}
