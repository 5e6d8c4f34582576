package dev.keelson.datanode.controller;

import com.google.protobuf.ByteString;
import dev.keelson.coordination.MetadataStore;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A store in which something happens after each look and before what is decided on it. */
final class OvertakenStore implements MetadataStore {
  private final MetadataStore store;
  private final Runnable meanwhile;

  OvertakenStore(MetadataStore store, Runnable meanwhile) {
    this.store = store;
    this.meanwhile = meanwhile;
  }

  @Override
  public CompletionStage<Listing> list(String prefix) {
    CompletionStage<Listing> seen = store.list(prefix);
    seen.toCompletableFuture().join();
    meanwhile.run();
    return seen;
  }

  @Override
  public CompletionStage<Optional<Entry>> get(String key) {
    return store.get(key);
  }

  @Override
  public CompletionStage<Listing> read(String key) {
    return store.read(key);
  }

  @Override
  public CompletionStage<SwapResult> swap(Swap swap) {
    return store.swap(swap);
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
