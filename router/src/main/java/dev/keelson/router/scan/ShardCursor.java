package dev.keelson.router.scan;

import com.google.protobuf.ByteString;
import dev.keelson.core.key.KeyRange;
import dev.keelson.core.shard.HashRange;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.RangeLeft;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** How far the scan of a table has come in one shard. Belongs to the scan's thread. */
final class ShardCursor {
  final ShardId shard;
  private final HashRange hashes;
  private final KeyRange table;
  private ByteString lastKey;
  private @Nullable CompletableFuture<Page> page;

  ShardCursor(ShardId shard, HashRange hashes, KeyRange table, ByteString lastKey) {
    this.shard = shard;
    this.hashes = hashes;
    this.table = table;
    this.lastKey = lastKey;
  }

  KeyRange rest() {
    return lastKey.isEmpty() ? table : table.after(lastKey);
  }

  /** How many partition hashes the shard holds. */
  long hashes() {
    return hashes.end() - hashes.start();
  }

  void advance(ByteString delivered) {
    lastKey = delivered;
  }

  void await(CompletableFuture<Page> fetched) {
    page = fetched;
  }

  CompletableFuture<Page> page() {
    CompletableFuture<Page> fetched = page;
    if (fetched == null) {
      throw new IllegalStateException("no page was fetched from " + shard);
    }
    return fetched;
  }

  void cancel() {
    if (page != null) {
      page.cancel(false);
    }
  }

  RangeLeft left() {
    return RangeLeft.newBuilder()
        .setStart(hashes.start())
        .setEnd(hashes.end())
        .setLastKey(lastKey)
        .build();
  }
}
