package dev.keelson.datanode.membership;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * A small file of names and values that is replaced as a whole: after a crash it is the old one or
 * the new one. Text, so that people can look at it.
 *
 * <pre>
 *   keelson-identity 1            what it is, and the version of its format
 *   boot 7                        name and value, a line each
 *   checksum 5a1c00ff             CRC-32C of all lines above
 * </pre>
 */
final class SealedFile {
  private static final Pattern FIRST = Pattern.compile("(keelson-[a-z-]+) ([1-9][0-9]{0,8})");
  private static final String CHECKSUM = "checksum ";
  private static final int GREATEST = 64 << 10;

  private final Path file;
  private final String kind;
  private final int format;

  SealedFile(Path file, String kind, int format) {
    this.file = file;
    this.kind = kind;
    this.format = format;
  }

  /**
   * What was written last; empty when there is no file.
   *
   * @throws StartRefusedException when it is damaged, another's, or of a newer format
   */
  Optional<Map<String, String>> read() throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    if (Files.size(file) > GREATEST) {
      throw new StartRefusedException(file + " is no file of Keelson: it is too large");
    }
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    int newline = text.indexOf('\n');
    checkFirst(newline < 0 ? text : text.substring(0, newline));
    int seal = text.lastIndexOf(CHECKSUM);
    if (seal < 0 || !text.substring(seal).equals(seal(text.substring(0, seal)))) {
      throw new StartRefusedException(
          file + " is damaged: its checksum is wrong. Restore it, or give the node an empty disk");
    }
    return Optional.of(parse(text.substring(newline + 1, seal)));
  }

  private void checkFirst(String line) {
    Matcher first = FIRST.matcher(line);
    if (!first.matches() || !first.group(1).equals(kind)) {
      throw new StartRefusedException(file + " is not what its name says: it begins otherwise");
    }
    int found = Integer.parseInt(first.group(2));
    if (found > format) {
      throw new StartRefusedException(
          file
              + " was written by a newer version (format "
              + found
              + ", this version reads up to "
              + format
              + "): start that version or a later one");
    }
  }

  private Map<String, String> parse(String body) {
    Map<String, String> values = new LinkedHashMap<>();
    List<String> lines = Arrays.stream(body.split("\n", -1)).filter(it -> !it.isEmpty()).toList();
    for (String line : lines) {
      int space = line.indexOf(' ');
      if (space < 1) {
        throw new StartRefusedException(file + " is damaged: '" + line + "'");
      }
      values.put(line.substring(0, space), line.substring(space + 1));
    }
    return values;
  }

  /** Durable when it returns. */
  void write(Map<String, String> values) throws IOException {
    StringBuilder text = new StringBuilder(kind + " " + format + "\n");
    values.forEach((name, value) -> text.append(name).append(' ').append(line(value)).append('\n'));
    byte[] bytes = (text + seal(text.toString())).getBytes(StandardCharsets.ISO_8859_1);
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    try (FileChannel channel =
        FileChannel.open(
            partial,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  /** One line of characters that the file can hold. */
  private static String line(String value) {
    return value.replaceAll("[^\\x20-\\x7e]", "?");
  }

  private static String seal(String text) {
    CRC32C crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.ISO_8859_1));
    return CHECKSUM + String.format("%08x", crc.getValue()) + "\n";
  }
}
