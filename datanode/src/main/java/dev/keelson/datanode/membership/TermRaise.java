package dev.keelson.datanode.membership;

import dev.keelson.coordination.MetadataKeys;
import dev.keelson.coordination.MetadataStore;
import dev.keelson.coordination.MetadataStore.Entry;
import dev.keelson.coordination.MetadataStore.Swap;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.ShardRecord;
import java.io.IOException;
import java.time.Duration;
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
 * The second half of an adoption (R14): an etcd that was set back would give terms a second time,
 * so each shard's term there is raised above what is durable here, before a replica opens. Every
 * node does so for its own; a term that only nodes know which have not adopted yet is refused by
 * these, and with one of them in each majority it is not given again.
 *
 * <p>Blocks until it is done. What a crash interrupts, the next start repeats.
 */
public final class TermRaise {
  private static final Logger LOG = LoggerFactory.getLogger(TermRaise.class);
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final MetadataStore store;

  private TermRaise(MetadataStore store) {
    this.store = store;
  }

  /**
   * Does nothing unless an adoption is under way.
   *
   * @param durable the greatest term that each shard's replica here knows of
   */
  public static void run(EtcdGuard guard, MetadataStore store, Map<ShardId, Long> durable)
      throws IOException, InterruptedException {
    if (!guard.isAdopting() || guard.alarm().isPresent()) {
      return;
    }
    TermRaise raise = new TermRaise(store);
    for (Map.Entry<ShardId, Long> shard : new TreeMap<>(durable).entrySet()) {
      raise.above(shard.getKey(), shard.getValue());
    }
    guard.adopted();
  }

  private void above(ShardId shard, long term) throws InterruptedException {
    while (true) {
      try {
        Optional<Entry> found = await(store.get(MetadataKeys.shard(shard)));
        if (found.isEmpty()) {
          return;
        }
        ShardConfig record =
            ShardConfig.fromRecord(
                ShardRecord.parseFrom(found.get().value()), found.get().modRevision());
        ShardConfig raised = record.withTermAbove(term);
        if (raised.equals(record)) {
          return;
        }
        LOG.warn("{}: etcd says term {}, here is {}: raised", shard, record.term(), term);
        // Whether it took place, the next look tells (R1).
        var unused =
            await(
                store.swap(
                    Swap.put(
                        MetadataKeys.shard(shard),
                        record.revision(),
                        raised.toRecord().toByteString())));
      } catch (ExecutionException | TimeoutException e) {
        LOG.warn("waiting for etcd to raise the term of {}: {}", shard, e.toString());
        Thread.sleep(PAUSE);
      } catch (IOException | IllegalArgumentException e) {
        throw new StartRefusedException("the record of " + shard + " in etcd can't be read", e);
      }
    }
  }

  private static <T> T await(CompletionStage<T> stage)
      throws InterruptedException, ExecutionException, TimeoutException {
    return stage.toCompletableFuture().get(ANSWER.toNanos(), TimeUnit.NANOSECONDS);
  }
}
