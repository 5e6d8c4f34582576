package dev.keelson.datanode.membership;

import dev.keelson.coordination.MetadataFile;
import dev.keelson.coordination.MetadataKeys;
import dev.keelson.coordination.MetadataStore;
import dev.keelson.coordination.MetadataStore.Entry;
import dev.keelson.coordination.MetadataStore.Listing;
import dev.keelson.coordination.MetadataStore.Subscription;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A copy of what etcd says of tables, keyspaces and shards, beside the journal: should etcd come
 * back from a backup, an adoption puts back what it lacks (R14). The copy is not used for anything
 * else.
 *
 * <p>It is written some seconds after a change, and no more once the guard's alarm is latched: what
 * a wrong etcd says must not replace it. Thread-safe.
 */
public final class EtcdCopy implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EtcdCopy.class);
  static final Duration SAVE_DELAY = Duration.ofSeconds(5);

  private final MetadataFile file;
  private final EtcdGuard guard;
  private final EtcdGuard.Later later;
  private final Map<String, Entry> entries = new TreeMap<>();
  private final Subscription subscription;
  private long storeId;
  private long revision;
  private boolean sure;
  private boolean saving;

  private EtcdCopy(Path directory, EtcdGuard guard, EtcdGuard.Later later, MetadataStore guarded) {
    this.file = file(directory);
    this.guard = guard;
    this.later = later;
    this.subscription = guarded.watch("", new Watcher());
  }

  private static MetadataFile file(Path directory) {
    return new MetadataFile(directory.resolve("METADATA"));
  }

  /** What an earlier start has kept; nothing if it can't be read, which costs an adoption only. */
  public static Listing read(Path directory) {
    try {
      return file(directory).load().orElseGet(() -> new Listing(List.of(), 0, 0));
    } catch (IOException e) {
      LOG.error("the copy of etcd's records can't be used: {}", e.getMessage());
      return new Listing(List.of(), 0, 0);
    }
  }

  /** Follows etcd; to be called once no adoption is under way any more. */
  public static EtcdCopy follow(
      Path directory, EtcdGuard guard, EtcdGuard.Later later, MetadataStore guarded) {
    return new EtcdCopy(directory, guard, later, guarded);
  }

  private final class Watcher implements MetadataStore.Watcher {
    @Override
    public void reset(Listing all) {
      synchronized (EtcdCopy.this) {
        entries.clear();
        sure = false;
        storeId = all.storeId();
        revision = all.revision();
        all.entries().forEach(it -> put(it));
      }
      guard.whenSure(EtcdCopy.this::nowSure);
    }

    @Override
    public void changed(List<Entry> puts, List<String> deletes, long atRevision) {
      synchronized (EtcdCopy.this) {
        revision = Math.max(revision, atRevision);
        deletes.forEach(entries::remove);
        puts.forEach(it -> put(it));
        saveLater();
      }
    }

    /** Not what lives with a lease: its holders put it back themselves. */
    private void put(Entry entry) {
      if (!entry.key().startsWith(MetadataKeys.NODES)
          && !entry.key().equals(MetadataKeys.CONTROLLER)) {
        entries.put(entry.key(), entry);
      }
    }
  }

  private synchronized void nowSure() {
    sure = true;
    saveLater();
  }

  private synchronized void saveLater() {
    if (!saving) {
      saving = true;
      later.run(SAVE_DELAY, this::save);
    }
  }

  private void save() {
    Listing now;
    synchronized (this) {
      saving = false;
      if (!sure || guard.alarm().isPresent()) {
        return;
      }
      now = new Listing(List.copyOf(entries.values()), revision, storeId);
    }
    try {
      write(now);
    } catch (IOException e) {
      LOG.warn("the copy of etcd's records could not be written: {}", e.toString());
    }
  }

  private void write(Listing now) throws IOException {
    synchronized (file) {
      file.save(now);
    }
  }

  @Override
  public void close() {
    subscription.close();
    save();
  }
}
