package dev.keelson.datanode.membership;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The directory of one node, held by one process at a time.
 *
 * <pre>
 *   LOCK        held while a process has the directory
 *   IDENTITY    cluster, node, disk, boot number (R13)
 *   ETCD        what was seen of etcd (R14)
 *   METADATA    a copy of what etcd said, for an etcd that comes back without it (R14)
 *   journal/    the log of all shards
 *   snapshots/  what the logs begin behind
 *   rows/       rebuilt from snapshots and journal at each start
 * </pre>
 */
public final class DataDirectory implements AutoCloseable {
  private static final List<String> OURS =
      List.of(
          "LOCK",
          "IDENTITY",
          "IDENTITY.partial",
          "ETCD",
          "ETCD.partial",
          "METADATA",
          "METADATA.partial",
          "rows");

  /** Made by file systems. */
  private static final List<String> HARMLESS = List.of("lost+found");

  private final Path path;
  private final FileChannel channel;
  private final FileLock lock;

  private DataDirectory(Path path, FileChannel channel, FileLock lock) {
    this.path = path;
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * @throws StartRefusedException when another process has it, or when it holds foreign files
   */
  public static DataDirectory open(Path path) throws IOException {
    create(path);
    refuseForeignFiles(path);
    FileChannel channel =
        FileChannel.open(path.resolve("LOCK"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = tryLock(channel);
    if (lock == null) {
      channel.close();
      throw new StartRefusedException(
          "another process uses the data directory " + path + ": stop it, or name another one");
    }
    return new DataDirectory(path, channel, lock);
  }

  private static void create(Path path) throws IOException {
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw new StartRefusedException("can't make the data directory " + path + ": " + e, e);
    }
    if (!Files.isWritable(path)) {
      throw new StartRefusedException("the data directory " + path + " can't be written to");
    }
  }

  /** So that a slip in a path never mixes a database into somebody's files. */
  private static void refuseForeignFiles(Path path) throws IOException {
    if (Files.exists(path.resolve("IDENTITY"))) {
      return;
    }
    if (Files.exists(path.resolve("journal"))) {
      throw new StartRefusedException(
          "the data directory "
              + path
              + " has a journal but no IDENTITY: restore that file, or give the node an empty disk");
    }
    try (Stream<Path> files = Files.list(path)) {
      List<String> foreign =
          files
              .map(it -> String.valueOf(it.getFileName()))
              .filter(it -> !OURS.contains(it) && !HARMLESS.contains(it))
              .sorted()
              .limit(5)
              .toList();
      if (!foreign.isEmpty()) {
        throw new StartRefusedException(
            "the data directory " + path + " is neither empty nor ours; it holds " + foreign);
      }
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // Held by another node in this very process.
      return null;
    }
  }

  public Path path() {
    return path;
  }

  public Path journal() {
    return path.resolve("journal");
  }

  public Path snapshots() {
    return path.resolve("snapshots");
  }

  public Path rows() {
    return path.resolve("rows");
  }

  @Override
  public void close() throws IOException {
    lock.release();
    channel.close();
  }
}
