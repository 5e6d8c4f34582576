package dev.keelson.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/**
 * The directory of a cluster, held by one process at a time.
 *
 * <pre>
 *   LOCK       held while the cluster runs
 *   metadata   what etcd would hold
 *   n1/ …      one for each data node
 * </pre>
 */
final class ClusterDirectory implements AutoCloseable {
  private final Path path;
  private final FileChannel lock;

  private ClusterDirectory(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  static ClusterDirectory open(EmbeddedConfig config) throws IOException {
    Path path = config.directory();
    Files.createDirectories(path);
    FileChannel lock =
        FileChannel.open(path.resolve("LOCK"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean taken = false;
    try {
      taken = isFree(lock);
      if (!taken) {
        throw new IOException(
            path + " is used by another process: stop it, or name another directory");
      }
      checkNodes(path, config.nodes());
    } catch (IOException e) {
      lock.close();
      throw e;
    }
    return new ClusterDirectory(path, lock);
  }

  private static boolean isFree(FileChannel lock) throws IOException {
    try {
      return lock.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** Nodes cannot come and go with the number on the command line: shards lie on them. */
  private static void checkNodes(Path path, int wanted) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      long found =
          files
              .filter(Files::isDirectory)
              .filter(it -> String.valueOf(it.getFileName()).matches("n[0-9]+"))
              .count();
      if (found != 0 && found != wanted) {
        throw new IOException(
            path
                + " holds a cluster of "
                + found
                + " nodes, not of "
                + wanted
                + ": start it with as many, or name another directory");
      }
    }
  }

  Path metadata() {
    return path.resolve("metadata");
  }

  Path node(String name) {
    return path.resolve(name);
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
