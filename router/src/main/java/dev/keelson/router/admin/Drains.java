package dev.keelson.router.admin;

import dev.keelson.coordination.MetadataKeys;
import dev.keelson.coordination.MetadataStore;
import dev.keelson.coordination.MetadataStore.Change;
import dev.keelson.coordination.MetadataStore.Entry;
import dev.keelson.coordination.MetadataStore.Guard;
import dev.keelson.coordination.MetadataStore.Listing;
import dev.keelson.coordination.MetadataStore.Swap;
import dev.keelson.coordination.MetadataStore.SwapResult;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.shard.NodeId;
import dev.keelson.proto.internal.v1.DrainRecord;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Which nodes everything is to move away from. Only says so; the controller sees to it. Blocks: for
 * virtual threads.
 */
public final class Drains {
  private static final long ANSWER_SECONDS = 5;
  private static final int ATTEMPTS = 5;
  private static final int REASON_CHARACTERS = 200;

  private final MetadataStore store;

  public Drains(MetadataStore store) {
    this.store = store;
  }

  public void drain(String name, String reason) throws InterruptedException {
    NodeId node = node(name);
    if (reason.length() > REASON_CHARACTERS) {
      throw ErrorCode.INVALID_REQUEST.because(
          "A reason has at most " + REASON_CHARACTERS + " characters");
    }
    if (await(store.get(MetadataKeys.identity(node))).isEmpty()) {
      throw ErrorCode.INVALID_REQUEST.because("There is no data node " + name);
    }
    DrainRecord record = DrainRecord.newBuilder().setReason(reason).build();
    change(node, new Change.Put(MetadataKeys.drain(node), record.toByteString()), true);
  }

  public void undrain(String name) throws InterruptedException {
    NodeId node = node(name);
    change(node, new Change.Delete(MetadataKeys.drain(node)), false);
  }

  /** Whatever came of a swap, what is there then counts (R1). */
  private void change(NodeId node, Change change, boolean wanted) throws InterruptedException {
    String key = MetadataKeys.drain(node);
    for (int i = 0; i < ATTEMPTS; i++) {
      Optional<Entry> now = await(store.get(key));
      if (now.isPresent() == wanted) {
        return;
      }
      Guard guard = new Guard(key, now.map(Entry::modRevision).orElse(0L));
      if (await(store.swap(new Swap(List.of(guard), List.of(change))))
          instanceof SwapResult.Swapped) {
        return;
      }
    }
    throw ErrorCode.METADATA_UNAVAILABLE.because("The drain of " + node + " could not be stored");
  }

  /** The drained nodes; none while the metadata store can't be asked. */
  CompletionStage<Set<String>> drained() {
    return store.list(MetadataKeys.DRAINS).handle((found, failure) -> names(found));
  }

  private static Set<String> names(@org.jspecify.annotations.Nullable Listing found) {
    return found == null
        ? Set.of()
        : found.entries().stream()
            .map(it -> it.key().substring(MetadataKeys.DRAINS.length()))
            .collect(Collectors.toSet());
  }

  private static NodeId node(String name) {
    try {
      return new NodeId(name);
    } catch (IllegalArgumentException e) {
      throw ErrorCode.INVALID_REQUEST.because(e.getMessage() + "");
    }
  }

  private static <T> T await(CompletionStage<T> stage) throws InterruptedException {
    try {
      return stage.toCompletableFuture().get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw ErrorCode.METADATA_UNAVAILABLE.because("etcd can't be asked: " + e.getMessage());
    }
  }
}
