package dev.keelson.coordination;

import com.google.protobuf.ByteString;
import dev.keelson.coordination.MetadataStore.Entry;
import dev.keelson.coordination.MetadataStore.Listing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Keeps entries of a metadata store in a file that is replaced as a whole.
 *
 * <pre>
 *   magic 8 | format 4 | crc32c of the rest 4 | store id 8 | revision 8 | count 4 | entries
 *   entry:  key length 4 | key | value length 4 | value | mod revision 8
 * </pre>
 */
public final class MetadataFile {
  private static final long MAGIC = 0x4b45454c4d455441L; // KEELMETA
  private static final int FORMAT = 1;
  private static final int HEADER = 16;

  private final Path file;

  public MetadataFile(Path file) {
    this.file = file.toAbsolutePath();
  }

  /** What was saved last; empty when there is no file. */
  public Optional<Listing> load() throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    if (bytes.remaining() < HEADER || bytes.getLong() != MAGIC) {
      throw new IOException(file + " is not a file of cluster metadata");
    }
    int format = bytes.getInt();
    if (format != FORMAT) {
      throw new IOException(file + " has format " + format + ", this version reads " + FORMAT);
    }
    if (bytes.getInt() != checksum(bytes)) {
      throw new IOException(file + " is damaged: its checksum is wrong");
    }
    return Optional.of(decode(bytes));
  }

  /** Durable when it returns; a crash leaves either the old contents or the new. */
  public void save(Listing contents) throws IOException {
    Path directory = file.getParent();
    if (directory == null) {
      throw new IOException("not a file: " + file);
    }
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    try (FileChannel channel =
        FileChannel.open(
            partial,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer bytes = encode(contents);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static ByteBuffer encode(Listing contents) {
    int size = HEADER + 8 + 8 + 4;
    for (Entry entry : contents.entries()) {
      size += 4 + entry.key().length() + 4 + entry.value().size() + 8;
    }
    ByteBuffer bytes = ByteBuffer.allocate(size);
    bytes.position(HEADER);
    bytes.putLong(contents.storeId()).putLong(contents.revision());
    bytes.putInt(contents.entries().size());
    for (Entry entry : contents.entries()) {
      // Keys are ASCII: MetadataKeys.check.
      byte[] key = entry.key().getBytes(StandardCharsets.US_ASCII);
      bytes.putInt(key.length).put(key);
      bytes.putInt(entry.value().size());
      entry.value().copyTo(bytes);
      bytes.putLong(entry.modRevision());
    }
    bytes.flip();
    int checksum = checksum(bytes.slice(HEADER, size - HEADER));
    return bytes.putLong(0, MAGIC).putInt(8, FORMAT).putInt(12, checksum);
  }

  private static Listing decode(ByteBuffer bytes) {
    long storeId = bytes.getLong();
    long revision = bytes.getLong();
    int count = bytes.getInt();
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String key = take(bytes).toStringUtf8();
      ByteString value = take(bytes);
      entries.add(new Entry(key, value, bytes.getLong()));
    }
    return new Listing(entries, revision, storeId);
  }

  private static ByteString take(ByteBuffer bytes) {
    return ByteString.copyFrom(bytes, bytes.getInt());
  }

  private static int checksum(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate());
    return (int) crc.getValue();
  }
}
