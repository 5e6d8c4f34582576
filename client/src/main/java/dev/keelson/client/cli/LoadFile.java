package dev.keelson.client.cli;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** The file of a load, unpacked when its name ends with .gz, and how far it has been read. */
final class LoadFile implements AutoCloseable {
  private static final int BUFFER_BYTES = 256 << 10;
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final Counted counted;
  private final long size;
  private final Reader reader;

  LoadFile(Path path) throws IOException {
    try {
      size = Files.size(path);
      counted = new Counted(Files.newInputStream(path));
    } catch (NoSuchFileException missing) {
      throw new UserException("there is no file " + path);
    }
    boolean packed = path.getFileName().toString().endsWith(".gz");
    InputStream buffered = new BufferedInputStream(counted, BUFFER_BYTES);
    InputStream bytes = packed ? new GZIPInputStream(buffered, BUFFER_BYTES) : buffered;
    reader =
        new InputStreamReader(new BufferedInputStream(bytes, BUFFER_BYTES), StandardCharsets.UTF_8);
  }

  CsvReader records(char delimiter) {
    return new CsvReader(reader, delimiter);
  }

  static String withoutMark(String header) {
    return header.charAt(0) == BYTE_ORDER_MARK ? header.substring(1) : header;
  }

  /** The part of the file that has been read, 0 to 1. */
  double fraction() {
    return size == 0 ? 1 : Math.min(1, (double) counted.bytes / size);
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }

  private static final class Counted extends FilterInputStream {
    private long bytes;

    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      bytes += read < 0 ? 0 : 1;
      return read;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int read = super.read(into, offset, length);
      bytes += Math.max(0, read);
      return read;
    }
  }
}
