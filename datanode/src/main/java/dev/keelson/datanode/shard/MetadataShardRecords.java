package dev.keelson.datanode.shard;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.keelson.coordination.MetadataKeys;
import dev.keelson.coordination.MetadataStore;
import dev.keelson.coordination.MetadataStore.Entry;
import dev.keelson.coordination.MetadataStore.Swap;
import dev.keelson.coordination.MetadataStore.SwapResult;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.ShardRecord;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link ShardRecords} in the cluster's metadata store. */
public final class MetadataShardRecords implements ShardRecords {
  private static final Logger LOG = LoggerFactory.getLogger(MetadataShardRecords.class);

  private final MetadataStore store;

  public MetadataShardRecords(MetadataStore store) {
    this.store = store;
  }

  @Override
  public void swap(ShardConfig next, Consumer<Optional<ShardConfig>> then) {
    String key = MetadataKeys.shard(next.id());
    Swap swap = Swap.put(key, next.revision(), next.toRecord().toByteString());
    var unused =
        store
            .swap(swap)
            .whenComplete(
                (result, failure) -> {
                  if (failure != null) {
                    read(next.id(), then);
                  } else {
                    settle(next, result, then);
                  }
                });
  }

  private void settle(ShardConfig next, SwapResult result, Consumer<Optional<ShardConfig>> then) {
    switch (result) {
      case SwapResult.Swapped swapped ->
          then.accept(Optional.of(next.withRevision(swapped.revision())));
      case SwapResult.Refused refused ->
          then.accept(refused.current().stream().findFirst().flatMap(MetadataShardRecords::parse));
      case SwapResult.Unknown unknown -> {
        LOG.debug("{}: the swap's outcome is unknown: {}", next.id(), unknown.why());
        read(next.id(), then);
      }
    }
  }

  @Override
  public void read(ShardId shard, Consumer<Optional<ShardConfig>> then) {
    var unused =
        store
            .get(MetadataKeys.shard(shard))
            .whenComplete(
                (entry, failure) ->
                    then.accept(
                        failure == null
                            ? entry.flatMap(MetadataShardRecords::parse)
                            : Optional.empty()));
  }

  /** The record of a shard; empty, and logged, when it can't be understood. */
  public static Optional<ShardConfig> parse(Entry entry) {
    try {
      return Optional.of(
          ShardConfig.fromRecord(ShardRecord.parseFrom(entry.value()), entry.modRevision()));
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      LOG.error("the record {} can't be understood and is passed over", entry.key(), e);
      return Optional.empty();
    }
  }
}
