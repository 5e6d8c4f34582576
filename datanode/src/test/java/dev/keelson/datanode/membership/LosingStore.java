package dev.keelson.datanode.membership;

import com.google.protobuf.ByteString;
import dev.keelson.coordination.MetadataStore;
import java.util.concurrent.CompletionStage;

/** Carries out the first two swaps but loses their answers. */
final class LosingStore implements MetadataStore {
  private final MetadataStore store;
  int lost;

  LosingStore(MetadataStore store) {
    this.store = store;
  }

  @Override
  public CompletionStage<SwapResult> swap(Swap swap) {
    CompletionStage<SwapResult> done = store.swap(swap);
    if (lost == 2) {
      return done;
    }
    lost++;
    return done.thenApply(it -> new SwapResult.Unknown("lost"));
  }

  @Override
  public CompletionStage<Listing> list(String prefix) {
    return store.list(prefix);
  }

  @Override
  public CompletionStage<Listing> read(String key) {
    return store.read(key);
  }

  @Override
  public Subscription watch(String prefix, Watcher watcher) {
    return store.watch(prefix, watcher);
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
