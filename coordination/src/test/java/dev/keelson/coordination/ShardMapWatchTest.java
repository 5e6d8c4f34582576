package dev.keelson.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.coordination.MetadataStore.Swap;
import dev.keelson.coordination.MetadataStore.SwapResult;
import dev.keelson.core.shard.HashRange;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.ShardId;
import dev.keelson.core.shard.ShardMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ShardMapWatchTest {
  private final InMemoryMetadataStore store = new InMemoryMetadataStore(Runnable::run, 42);
  private final List<String> events = new ArrayList<>();

  private long write(ShardConfig config) {
    SwapResult result =
        store
            .swap(
                Swap.put(
                    MetadataKeys.shard(config.id()),
                    config.revision(),
                    config.toRecord().toByteString()))
            .toCompletableFuture()
            .join();
    assertThat(result).isInstanceOf(SwapResult.Swapped.class);
    return ((SwapResult.Swapped) result).revision();
  }

  private static ShardConfig shard(int number) {
    return new ShardConfig(
        new ShardId(number),
        1,
        HashRange.part(number, 2),
        1,
        Optional.empty(),
        Optional.empty(),
        List.of(new ReplicaId(new NodeId("a"), "disk")),
        List.of(),
        List.of(),
        Optional.empty(),
        0);
  }

  @Test
  void the_map_follows_the_shards_with_the_revision_to_compare_with() {
    long first = write(shard(0));
    try (ShardMapWatch watch = ShardMapWatch.start(store, new Recorder())) {
      assertThat(watch.isReady()).isTrue();
      assertThat(watch.current().shard(new ShardId(0))).contains(shard(0).withRevision(first));

      long second = write(shard(1));
      ShardConfig led = shard(0).withRevision(first).withLeader(new NodeId("a"));
      long third = write(led);
      assertThat(watch.current().shardOf(1, 0)).contains(led.withRevision(third));
      assertThat(watch.current().shardOf(1, -1)).contains(shard(1).withRevision(second));

      assertThat(
              store
                  .swap(Swap.delete(MetadataKeys.shard(new ShardId(1)), second))
                  .toCompletableFuture()
                  .join())
          .isInstanceOf(SwapResult.Swapped.class);
      assertThat(watch.current().shards()).hasSize(1);
    }
    assertThat(events)
        .containsExactly(
            "reset [shard 0] of 42",
            "changed [shard 1] removed []",
            "changed [shard 0] removed []",
            "changed [] removed [shard 1]");
  }

  private final class Recorder implements ShardMapWatch.Listener {
    @Override
    public void reset(ShardMap map, long revision, long storeId) {
      events.add("reset " + map.shards().stream().map(ShardConfig::id).toList() + " of " + storeId);
    }

    @Override
    public void changed(
        ShardMap map, List<ShardConfig> changed, List<ShardId> removed, long revision) {
      events.add(
          "changed " + changed.stream().map(ShardConfig::id).toList() + " removed " + removed);
    }
  }
}
