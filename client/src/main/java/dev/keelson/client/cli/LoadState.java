package dev.keelson.client.cli;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;

/**
 * Up to which line a load is durable, in the user's cache folder, for {@code --resume}. It is valid
 * for one file as it was, one table and one cluster.
 */
final class LoadState {
  private static final String LINE = "durable_line";
  private static final String IDENTITY = "load";

  private final Path file;
  private final String identity;

  LoadState(Path folder, Path source, String table, String cluster) throws IOException {
    this.identity =
        source.toRealPath()
            + "|"
            + Files.size(source)
            + "|"
            + Files.getLastModifiedTime(source).toMillis()
            + "|"
            + table
            + "|"
            + cluster;
    this.file = folder.resolve(digest(identity) + ".properties");
  }

  static Path folder(Map<String, String> environment, String home) {
    String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path base = cache.isEmpty() ? Path.of(home, ".cache") : Path.of(cache);
    return base.resolve("keelson").resolve("loads");
  }

  private static String digest(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 12);
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java has SHA-256", missing);
    }
  }

  /** The last line that is durable; 0 when nothing is known. */
  long durableLine() {
    Properties state = new Properties();
    try (Reader in = Files.newBufferedReader(file)) {
      state.load(in);
      boolean ours = identity.equals(state.getProperty(IDENTITY));
      return ours ? Long.parseLong(state.getProperty(LINE, "0")) : 0;
    } catch (IOException | IllegalArgumentException absentOrDamaged) {
      return 0;
    }
  }

  void save(long line) throws IOException {
    Files.createDirectories(file.getParent());
    Properties state = new Properties();
    state.setProperty(IDENTITY, identity);
    state.setProperty(LINE, Long.toString(line));
    Path written = file.resolveSibling(file.getFileName() + ".new");
    try (Writer out = Files.newBufferedWriter(written)) {
      state.store(out, "how far a `keelson load` has come");
    }
    Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  void delete() throws IOException {
    Files.deleteIfExists(file);
  }
}
