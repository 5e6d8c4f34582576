package dev.keelson.coordination;

import com.google.protobuf.ByteString;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A store that loses the answer to one swap, or the swap itself. */
final class LossyStore implements MetadataStore {
  private static final SwapResult LOST = new SwapResult.Unknown("the test lost it");

  private final MetadataStore store;
  private boolean losesAnswer;
  private boolean losesSwap;

  LossyStore(MetadataStore store) {
    this.store = store;
  }

  void loseNextAnswer() {
    losesAnswer = true;
  }

  void loseNextSwap() {
    losesSwap = true;
  }

  @Override
  public CompletionStage<SwapResult> swap(Swap swap) {
    if (losesSwap) {
      losesSwap = false;
      return CompletableFuture.completedStage(LOST);
    }
    CompletionStage<SwapResult> answer = store.swap(swap);
    if (losesAnswer) {
      losesAnswer = false;
      return answer.thenApply(result -> LOST);
    }
    return answer;
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
