package dev.keelson.datanode.membership;

import com.google.protobuf.ByteString;
import dev.keelson.coordination.MetadataKeys;
import dev.keelson.coordination.MetadataStore;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The one way from a data node to etcd: whatever comes from there is shown to the guard, and while
 * its alarm is latched no shard's configuration is changed (R14).
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
    return store
        .list(prefix)
        .thenApply(
            listing -> {
              guard.observed(listing);
              return listing;
            });
  }

  @Override
  public CompletionStage<Optional<Entry>> get(String key) {
    return store.get(key);
  }

  @Override
  public CompletionStage<SwapResult> swap(Swap swap) {
    Optional<String> alarm = guard.alarm();
    if (alarm.isPresent() && changesShards(swap)) {
      // Nothing was sent: as with an answer that was lost, the caller reads again, and waits.
      return CompletableFuture.completedFuture(new SwapResult.Unknown(alarm.get()));
    }
    return store
        .swap(swap)
        .thenApply(
            result -> {
              observe(result);
              return result;
            });
  }

  private static boolean changesShards(Swap swap) {
    return swap.changes().stream().anyMatch(it -> it.key().startsWith(MetadataKeys.SHARDS));
  }

  private void observe(SwapResult result) {
    switch (result) {
      case SwapResult.Swapped swapped -> guard.observed(swapped.revision());
      case SwapResult.Refused refused -> guard.observed(refused.revision());
      case SwapResult.Unknown unknown -> {}
    }
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
