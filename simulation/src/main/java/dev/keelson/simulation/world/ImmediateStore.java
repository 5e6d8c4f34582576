package dev.keelson.simulation.world;

import com.google.protobuf.ByteString;
import dev.keelson.coordination.MetadataStore;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The metadata store for what a process does before it starts, in no time. */
public record ImmediateStore(SharedMetadata shared) implements MetadataStore {
  @Override
  public CompletionStage<Listing> list(String prefix) {
    return CompletableFuture.completedFuture(shared.list(prefix));
  }

  @Override
  public CompletionStage<Listing> read(String key) {
    return CompletableFuture.completedFuture(shared.read(key));
  }

  @Override
  public CompletionStage<SwapResult> swap(Swap swap) {
    return CompletableFuture.completedFuture(shared.swap(swap));
  }

  @Override
  public Subscription watch(String prefix, Watcher watcher) {
    throw new UnsupportedOperationException("a start does not wait for news");
  }

  @Override
  public Registration register(String key, ByteString value) {
    throw new UnsupportedOperationException("registration is not simulated yet");
  }

  @Override
  public Registration claim(String key, ByteString value, ClaimListener listener) {
    throw new UnsupportedOperationException("claims are not simulated yet");
  }

  @Override
  public void close() {}
}
