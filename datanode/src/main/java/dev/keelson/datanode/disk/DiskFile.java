package dev.keelson.datanode.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A file, of fixed size unless it was made to grow. What was written is durable once {@link #force}
 * has returned; a force that failed says nothing about what is on the disk, and is never tried
 * again. Safe for use by several threads.
 */
public interface DiskFile extends AutoCloseable {
  long size() throws IOException;

  /** Writes all that remains in {@code source}. */
  void write(long position, ByteBuffer source) throws IOException;

  /** Fills {@code target}, or fails with {@link java.io.EOFException}. */
  void read(long position, ByteBuffer target) throws IOException;

  void force() throws IOException;

  @Override
  void close() throws IOException;
}
