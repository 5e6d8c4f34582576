package dev.keelson.datanode;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.keelson.coordination.MetadataKeys;
import dev.keelson.coordination.MetadataStore;
import dev.keelson.coordination.MetadataStore.Entry;
import dev.keelson.coordination.MetadataStore.Listing;
import dev.keelson.coordination.MetadataStore.Subscription;
import dev.keelson.core.schema.DroppedTables;
import dev.keelson.proto.internal.v1.DroppedTablesRecord;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears which tables were dropped. Rows are removed by it for good, so what can't be read is no
 * reason, and a look at etcd has to show first that it is the one it was (R14).
 */
final class DroppedTablesWatch implements MetadataStore.Watcher {
  private static final Logger LOG = LoggerFactory.getLogger(DroppedTablesWatch.class);

  private final Consumer<DroppedTables> dropped;
  private final Consumer<Runnable> whenSure;

  private DroppedTablesWatch(Consumer<DroppedTables> dropped, Consumer<Runnable> whenSure) {
    this.dropped = dropped;
    this.whenSure = whenSure;
  }

  static Subscription start(
      MetadataStore store, Consumer<DroppedTables> dropped, Consumer<Runnable> whenSure) {
    return store.watch(MetadataKeys.DROPPED_TABLES, new DroppedTablesWatch(dropped, whenSure));
  }

  @Override
  public void reset(Listing all) {
    all.entries().forEach(this::look);
  }

  @Override
  public void changed(List<Entry> puts, List<String> deletes, long revision) {
    puts.forEach(this::look);
  }

  private void look(Entry entry) {
    if (!entry.key().equals(MetadataKeys.DROPPED_TABLES)) {
      return;
    }
    try {
      DroppedTables tables = DroppedTables.fromRecord(DroppedTablesRecord.parseFrom(entry.value()));
      whenSure.accept(() -> dropped.accept(tables));
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      LOG.error("{} in etcd can't be read; rows of dropped tables stay", entry.key(), e);
    }
  }
}
