package dev.keelson.datanode.snapshot;

import com.google.protobuf.ByteString;
import dev.keelson.core.replication.Position;
import dev.keelson.core.shard.ShardId;
import dev.keelson.datanode.disk.Disk;
import dev.keelson.datanode.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The snapshots of a node's shards: one directory. Blocks its thread. */
public final class SnapshotFiles {
  static final String PART = ".part";
  private static final String DAMAGED = ".damaged";

  private final Disk disk;

  private SnapshotFiles(Disk disk) {
    this.disk = disk;
  }

  /**
   * Looks at what an earlier start has left, and removes what it did not finish.
   *
   * @param wanted whether there may be a replica here that needs the snapshots of a shard
   * @throws SnapshotFormatException when they were written by another version of this program
   */
  public static SnapshotFiles open(Disk disk, Predicate<ShardId> wanted) throws IOException {
    SnapshotFiles files = new SnapshotFiles(disk);
    for (String name : disk.list()) {
      Optional<SnapshotId> id = SnapshotId.ofFileName(name);
      if (id.isPresent()) {
        files.checkVersion(id.get());
      }
      if (name.endsWith(PART) || id.filter(it -> !wanted.test(it.shard())).isPresent()) {
        disk.delete(name);
      }
    }
    return files;
  }

  private void checkVersion(SnapshotId id) throws IOException {
    try (DiskFile file = disk.open(id.fileName())) {
      if (file.size() >= SnapshotHeader.BYTES) {
        ByteBuffer header = ByteBuffer.allocate(SnapshotHeader.BYTES);
        file.read(0, header);
        SnapshotHeader.checkVersion(id.fileName(), header.flip());
      }
    }
  }

  public SnapshotWriter create(SnapshotId id) throws IOException {
    return SnapshotWriter.create(disk, id);
  }

  /**
   * @throws DamagedSnapshotException when it is not what was written
   * @throws IOException when it isn't there, or can't be read
   */
  public SnapshotReader read(SnapshotId id) throws IOException {
    return SnapshotReader.open(disk, id);
  }

  /** The whole block of a snapshot that begins there; empty when there is no such snapshot. */
  public Optional<ByteString> block(SnapshotId id, long offset) throws IOException {
    if (!disk.list().contains(id.fileName())) {
      return Optional.empty();
    }
    try (SnapshotReader reader = read(id)) {
      return Optional.of(reader.blockAt(offset));
    }
  }

  /** Those older than one that is durably the base of the shard's log. */
  public void deleteBefore(ShardId shard, Position base) throws IOException {
    delete(shard, it -> it.at().index() < base.index());
  }

  /** All but the base of the shard's log: left by a start that ended before its log began there. */
  public void deleteExcept(ShardId shard, Position base) throws IOException {
    delete(shard, it -> !it.at().equals(base));
  }

  public void delete(SnapshotId id) throws IOException {
    delete(id.shard(), id::equals);
  }

  private void delete(ShardId shard, Predicate<SnapshotId> which) throws IOException {
    for (SnapshotId found : of(shard)) {
      if (which.test(found)) {
        disk.delete(found.fileName());
      }
    }
  }

  private List<SnapshotId> of(ShardId shard) throws IOException {
    return disk.list().stream()
        .flatMap(name -> SnapshotId.ofFileName(name).stream())
        .filter(id -> id.shard().equals(shard))
        .toList();
  }

  /** Somebody may want to look at it; the last one of each shard is kept. */
  public void setAside(SnapshotId id) throws IOException {
    if (disk.list().contains(id.fileName())) {
      disk.rename(id.fileName(), "shard-" + id.shard().number() + DAMAGED);
    }
  }

  /** What they take. */
  public long bytes() throws IOException {
    long sum = 0;
    for (String name : disk.list()) {
      try (DiskFile file = disk.open(name)) {
        sum += file.size();
      }
    }
    return sum;
  }
}
