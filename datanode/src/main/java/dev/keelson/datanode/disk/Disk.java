package dev.keelson.datanode.disk;

import java.io.IOException;
import java.util.List;

/**
 * One directory of files, without folders. A file that was created or deleted is sure to be there
 * or gone after a power failure only once {@link #syncDirectory} has returned. Safe for use by
 * several threads.
 */
public interface Disk extends AutoCloseable {
  /** The names of all files, in no order. */
  List<String> list() throws IOException;

  /**
   * A new file of {@code size} zeros, durable in its content. Fails without leaving the file behind
   * when there is no room, and when the name is taken.
   */
  DiskFile create(String name, long size) throws IOException;

  /** A new empty file that grows as it is written. Fails when the name is taken. */
  DiskFile createGrowing(String name) throws IOException;

  DiskFile open(String name) throws IOException;

  /** Gives a file another name, in place of any file of that name. */
  void rename(String from, String to) throws IOException;

  void delete(String name) throws IOException;

  void syncDirectory() throws IOException;

  long usableBytes() throws IOException;

  long totalBytes() throws IOException;

  @Override
  void close() throws IOException;
}
