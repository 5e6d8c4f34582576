package dev.keelson.datanode.membership;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.keelson.coordination.MetadataKeys;
import dev.keelson.coordination.MetadataMerge;
import dev.keelson.coordination.MetadataStore;
import dev.keelson.coordination.MetadataStore.Change;
import dev.keelson.coordination.MetadataStore.Entry;
import dev.keelson.coordination.MetadataStore.Listing;
import dev.keelson.coordination.MetadataStore.Swap;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.ShardRecord;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The second half of an adoption (R14), before a replica opens. An etcd that was set back lacks
 * what came after its backup, and would give numbers a second time. So each node puts back what it
 * remembers and etcd lacks ({@link MetadataMerge}), and then raises each shard's term above what is
 * durable here. Every node does so for its own; a term that only nodes know which have not adopted
 * yet is refused by these, and with one of them in each majority it is not given again.
 *
 * <p>Blocks until it is done. What a crash interrupts, the next start repeats.
 */
public final class Adoption {
  private static final Logger LOG = LoggerFactory.getLogger(Adoption.class);
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final MetadataStore store;

  private Adoption(MetadataStore store) {
    this.store = store;
  }

  /**
   * Does nothing unless an adoption is under way.
   *
   * @param copy what this node remembers of etcd
   * @param durable the greatest term that each shard's replica here knows of
   */
  public static void run(
      EtcdGuard guard, MetadataStore store, Listing copy, Map<ShardId, Long> durable)
      throws IOException, InterruptedException {
    if (!guard.isAdopting() || guard.alarm().isPresent()) {
      return;
    }
    Adoption adoption = new Adoption(store);
    adoption.untilDone(() -> adoption.putBack(copy));
    for (Map.Entry<ShardId, Long> shard : new TreeMap<>(durable).entrySet()) {
      adoption.untilDone(() -> adoption.raise(shard.getKey(), shard.getValue()));
    }
    guard.adopted();
  }

  /** A step; says whether there was nothing left to do. */
  private interface Step {
    boolean isDone()
        throws InvalidProtocolBufferException,
            InterruptedException,
            ExecutionException,
            TimeoutException;
  }

  /** Whether a swap took place, the next look tells (R1). */
  private void untilDone(Step step) throws InterruptedException {
    while (true) {
      try {
        if (step.isDone()) {
          return;
        }
      } catch (ExecutionException | TimeoutException e) {
        LOG.warn("waiting for etcd, which is being adopted: {}", e.toString());
        Thread.sleep(PAUSE);
      } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
        throw new StartRefusedException("a record in etcd, or its copy here, can't be read", e);
      }
    }
  }

  private boolean putBack(Listing copy)
      throws InvalidProtocolBufferException,
          InterruptedException,
          ExecutionException,
          TimeoutException {
    List<Swap> lacking = MetadataMerge.swaps(await(store.list("")), copy);
    for (Swap swap : lacking) {
      LOG.warn("adopting etcd: putting back {}", swap.changes().stream().map(Change::key).toList());
      var unused = await(store.swap(swap));
    }
    return lacking.isEmpty();
  }

  private boolean raise(ShardId shard, long term)
      throws InvalidProtocolBufferException,
          InterruptedException,
          ExecutionException,
          TimeoutException {
    Optional<Entry> found = await(store.get(MetadataKeys.shard(shard)));
    if (found.isEmpty()) {
      return true;
    }
    ShardConfig record =
        ShardConfig.fromRecord(
            ShardRecord.parseFrom(found.get().value()), found.get().modRevision());
    ShardConfig raised = record.withTermAbove(term);
    if (raised.equals(record)) {
      return true;
    }
    LOG.warn("{}: etcd says term {}, here is {}: raised", shard, record.term(), term);
    var unused =
        await(
            store.swap(
                Swap.put(
                    MetadataKeys.shard(shard),
                    record.revision(),
                    raised.toRecord().toByteString())));
    return false;
  }

  private static <T> T await(CompletionStage<T> stage)
      throws InterruptedException, ExecutionException, TimeoutException {
    return stage.toCompletableFuture().get(ANSWER.toNanos(), TimeUnit.NANOSECONDS);
  }
}
