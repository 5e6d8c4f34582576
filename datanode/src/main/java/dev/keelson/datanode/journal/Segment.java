package dev.keelson.datanode.journal;

import dev.keelson.datanode.disk.DiskFile;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** One file of the journal, open as long as somebody uses it. */
final class Segment {
  private static final String PREFIX = "journal-";
  private static final String SUFFIX = ".segment";
  private static final int DIGITS = 16;

  private final long number;
  private final DiskFile file;
  private final long size;
  private final AtomicLong liveEntries = new AtomicLong();
  private final AtomicInteger users = new AtomicInteger(1);
  private volatile boolean damaged;

  Segment(long number, DiskFile file, long size) {
    this.number = number;
    this.file = file;
    this.size = size;
  }

  static String fileName(long number) {
    String digits = Long.toString(number);
    return PREFIX + "0".repeat(Math.max(0, DIGITS - digits.length())) + digits + SUFFIX;
  }

  /** The number in a segment's file name; -1 for any other file. */
  static long numberOf(String fileName) {
    boolean named =
        fileName.length() == PREFIX.length() + DIGITS + SUFFIX.length()
            && fileName.startsWith(PREFIX)
            && fileName.endsWith(SUFFIX);
    String digits = named ? fileName.substring(PREFIX.length(), PREFIX.length() + DIGITS) : "";
    boolean number = !digits.isEmpty() && digits.chars().allMatch(it -> it >= '0' && it <= '9');
    return number ? Long.parseLong(digits) : -1;
  }

  long number() {
    return number;
  }

  DiskFile file() {
    return file;
  }

  long size() {
    return size;
  }

  String fileName() {
    return fileName(number);
  }

  void entryAdded() {
    liveEntries.incrementAndGet();
  }

  void entryForgotten() {
    liveEntries.decrementAndGet();
  }

  boolean hasEntries() {
    return liveEntries.get() > 0;
  }

  /** Something in it can't be read, perhaps the states that it should begin with. */
  void foundDamaged() {
    damaged = true;
  }

  boolean isDamaged() {
    return damaged;
  }

  /** Keeps the file open until {@link #release}; false when it is closed already. */
  boolean acquire() {
    return users.getAndUpdate(count -> count == 0 ? 0 : count + 1) > 0;
  }

  void release() throws IOException {
    if (users.decrementAndGet() == 0) {
      file.close();
    }
  }
}
