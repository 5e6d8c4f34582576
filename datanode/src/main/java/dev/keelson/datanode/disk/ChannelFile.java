package dev.keelson.datanode.disk;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file with one channel to write and another to read: interrupting a thread closes the channel
 * that it is using, and an interrupted reader must not take the file from the writer.
 */
final class ChannelFile implements DiskFile {
  /** The platform copies heap buffers through a direct one of the same size that it keeps. */
  private static final int TRANSFER_BYTES = 256 << 10;

  private final Path path;
  private final FileChannel writing;
  private FileChannel reading;
  private volatile boolean closed;

  ChannelFile(Path path) throws IOException {
    this.path = path;
    this.writing = FileChannel.open(path, StandardOpenOption.WRITE);
    try {
      this.reading = FileChannel.open(path, StandardOpenOption.READ);
    } catch (IOException unreadable) {
      writing.close();
      throw unreadable;
    }
  }

  @Override
  public long size() throws IOException {
    return writing.size();
  }

  @Override
  public void write(long position, ByteBuffer source) throws IOException {
    long at = position;
    while (source.hasRemaining()) {
      at += writing.write(source, at);
    }
  }

  @Override
  public void read(long position, ByteBuffer target) throws IOException {
    long at = position;
    int limit = target.limit();
    while (target.position() < limit) {
      target.limit(Math.min(limit, target.position() + TRANSFER_BYTES));
      int count = readSome(at, target);
      target.limit(limit);
      if (count < 0) {
        throw new EOFException(path + " ends at " + at + ", wanted up to " + (position + limit));
      }
      at += count;
    }
  }

  private int readSome(long at, ByteBuffer target) throws IOException {
    try {
      return readingChannel().read(target, at);
    } catch (ClosedChannelException interruptedElsewhere) {
      if (closed || Thread.currentThread().isInterrupted()) {
        throw interruptedElsewhere;
      }
      return readingChannel().read(target, at);
    }
  }

  private synchronized FileChannel readingChannel() throws IOException {
    if (!reading.isOpen() && !closed) {
      reading = FileChannel.open(path, StandardOpenOption.READ);
    }
    return reading;
  }

  @Override
  public void force() throws IOException {
    writing.force(false);
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    reading.close();
    writing.close();
  }
}
