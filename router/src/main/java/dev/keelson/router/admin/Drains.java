package dev.keelson.router.admin;

import com.google.protobuf.InvalidProtocolBufferException;
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
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.DrainRecord;
import dev.keelson.proto.internal.v1.ShardRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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

  /** Refuses a name that no node ever had, which is more likely a mistake. */
  public void drain(String name, String reason) throws InterruptedException {
    if (await(store.get(MetadataKeys.identity(node(name)))).isEmpty()) {
      throw ErrorCode.INVALID_REQUEST.because("There is no data node " + name);
    }
    drainEvenIfUnknown(name, reason);
  }

  /** A node that has never started begins drained. */
  public void drainEvenIfUnknown(String name, String reason) throws InterruptedException {
    NodeId node = node(name);
    if (reason.length() > REASON_CHARACTERS) {
      throw ErrorCode.INVALID_REQUEST.because(
          "A reason has at most " + REASON_CHARACTERS + " characters");
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

  /**
   * The shards are read after the drain: whoever gives a shard to a node swaps on the node's drain
   * being absent, so none that is not found here can name the node before it is undrained.
   */
  public DrainProgress check(String name) throws InterruptedException {
    NodeId node = node(name);
    boolean drained = await(store.get(MetadataKeys.drain(node))).isPresent();
    List<ShardId> naming =
        await(store.list(MetadataKeys.SHARDS)).entries().stream()
            .map(Drains::shard)
            .filter(it -> it.names(node))
            .map(ShardConfig::id)
            .sorted()
            .toList();
    return new DrainProgress(drained, naming);
  }

  private static ShardConfig shard(Entry entry) {
    try {
      return ShardConfig.fromRecord(ShardRecord.parseFrom(entry.value()), entry.modRevision());
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw ErrorCode.METADATA_UNAVAILABLE.because(
          entry.key() + " can't be read: " + e.getMessage());
    }
  }

  /** The reasons by drained node; none while the metadata store can't be asked. */
  CompletionStage<Map<String, String>> reasons() {
    return store.list(MetadataKeys.DRAINS).handle((found, failure) -> reasons(found));
  }

  private static Map<String, String> reasons(@Nullable Listing found) {
    return found == null
        ? Map.of()
        : found.entries().stream()
            .collect(
                Collectors.toMap(
                    it -> it.key().substring(MetadataKeys.DRAINS.length()), Drains::reason));
  }

  /** A node is drained whatever its record says. */
  private static String reason(Entry entry) {
    try {
      return DrainRecord.parseFrom(entry.value()).getReason();
    } catch (InvalidProtocolBufferException e) {
      return "";
    }
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
