package dev.keelson.datanode.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A directory of the operating system, held by one process at a time. */
public final class FileDisk implements Disk {
  private static final String LOCK = "LOCK";
  private static final int ZERO_BYTES = 1 << 20;

  private final Path directory;
  private final FileChannel lockFile;

  private FileDisk(Path directory, FileChannel lockFile) {
    this.directory = directory;
    this.lockFile = lockFile;
  }

  /** Makes the directory if need be and locks it until {@link #close} or the end of the process. */
  public static FileDisk open(Path directory) throws IOException {
    Files.createDirectories(directory);
    FileChannel lockFile =
        FileChannel.open(
            directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      lock(directory, lockFile);
      return new FileDisk(directory, lockFile);
    } catch (IOException refused) {
      lockFile.close();
      throw refused;
    }
  }

  private static void lock(Path directory, FileChannel lockFile) throws IOException {
    @Nullable FileLock lock;
    try {
      lock = lockFile.tryLock();
    } catch (OverlappingFileLockException heldByThisProcess) {
      lock = null;
    }
    if (lock == null) {
      throw new DiskInUseException(
          "data directory "
              + directory
              + " is in use by another process: stop that one, or give this one a directory of its"
              + " own");
    }
  }

  @Override
  public List<String> list() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.equals(LOCK))
          .toList();
    }
  }

  @Override
  public DiskFile create(String name, long size) throws IOException {
    Path path = path(name);
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      fillWithZeros(path, channel, size);
    }
    return new ChannelFile(path);
  }

  /**
   * Zeros are written, not skipped: a later write then never has to allocate or to fail for want of
   * room.
   */
  private void fillWithZeros(Path path, FileChannel channel, long size) throws IOException {
    try {
      ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(ZERO_BYTES, size));
      for (long at = 0; at < size; ) {
        zeros.clear().limit((int) Math.min(zeros.capacity(), size - at));
        at += channel.write(zeros, at);
      }
      channel.force(true);
    } catch (IOException noRoom) {
      Files.deleteIfExists(path);
      throw new IOException(
          "can't make "
              + path
              + " of "
              + (size >> 20)
              + " MiB, "
              + (usableBytes() >> 20)
              + " MiB are free there: make room on the volume, or give the node a larger one",
          noRoom);
    }
  }

  @Override
  public DiskFile createGrowing(String name) throws IOException {
    Path path = path(name);
    Files.createFile(path);
    return new ChannelFile(path);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    Files.move(path(from), path(to), StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public DiskFile open(String name) throws IOException {
    return new ChannelFile(path(name));
  }

  @Override
  public void delete(String name) throws IOException {
    Files.delete(path(name));
  }

  @Override
  public void syncDirectory() throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public long usableBytes() throws IOException {
    return Files.getFileStore(directory).getUsableSpace();
  }

  @Override
  public long totalBytes() throws IOException {
    return Files.getFileStore(directory).getTotalSpace();
  }

  @Override
  public void close() throws IOException {
    lockFile.close();
  }

  private Path path(String name) {
    if (name.isEmpty() || name.equals(LOCK) || name.indexOf('/') >= 0 || name.startsWith(".")) {
      throw new IllegalArgumentException("not a file name: '" + name + "'");
    }
    return directory.resolve(name);
  }
}
