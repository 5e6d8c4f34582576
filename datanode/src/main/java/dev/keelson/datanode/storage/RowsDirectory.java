package dev.keelson.datanode.storage;

import dev.keelson.core.shard.ShardId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Where the rows of a node's shards lie. The files of an earlier start are deleted: the truth is
 * the journal.
 */
public final class RowsDirectory {
  private static final StoreSize LITTLE = StoreSize.forMoreThan(1, 8, 16);

  private final Path directory;
  private final Executor background;
  private final AtomicLong opened = new AtomicLong();

  private RowsDirectory(Path directory, Executor background) {
    this.directory = directory;
    this.background = background;
  }

  /**
   * @param directory must be this process's alone
   * @param background platform threads, which make and copy maps
   */
  public static RowsDirectory open(Path directory, Executor background) throws IOException {
    Files.createDirectories(directory);
    for (Path leftOver : files(directory)) {
      // Whoever had it may be deleting it right now.
      Files.deleteIfExists(leftOver);
    }
    return new RowsDirectory(directory, background);
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(ChronicleRows.SUFFIX)).toList();
    }
  }

  /** Empty rows of a shard, which are filled by applying its log. */
  public OrderedRows rows(ShardId shard) {
    // A shard may leave and return while files of its former replica are still being deleted.
    String name = "shard-" + shard.number() + "-" + opened.incrementAndGet();
    return new ChronicleRows(directory, name, background);
  }

  /**
   * Makes a first map and throws it away, since the first takes seconds: Chronicle compiles classes
   * for it.
   */
  public void warmUp() {
    background.execute(
        () ->
            ChronicleStore.create(directory.resolve("warm-up" + ChronicleRows.SUFFIX), LITTLE)
                .discard());
  }
}
