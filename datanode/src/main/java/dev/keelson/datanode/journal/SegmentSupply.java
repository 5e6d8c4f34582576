package dev.keelson.datanode.journal;

import dev.keelson.datanode.disk.Disk;
import dev.keelson.datanode.disk.DiskFile;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one empty segment ready, made in the background, and watches the room on the disk: for
 * entries a segment is only made above the reserve, for the rest also from it.
 */
final class SegmentSupply {
  private final Disk disk;
  private final JournalConfig config;
  private final Executor background;
  private final AtomicBoolean preparing = new AtomicBoolean();
  private long nextNumber;
  private @Nullable Segment ready;
  private volatile boolean scarce;
  private volatile long usableBytes;

  SegmentSupply(Disk disk, JournalConfig config, Executor background, long nextNumber)
      throws IOException {
    this.disk = disk;
    this.config = config;
    this.background = background;
    this.nextNumber = nextNumber;
    this.usableBytes = disk.usableBytes();
  }

  /** There is no next segment for entries. */
  boolean scarce() {
    return scarce;
  }

  long usableBytes() {
    return usableBytes;
  }

  /** Makes the next segment ready, or finds out that there is no room. */
  void prepare() {
    if (preparing.compareAndSet(false, true)) {
      background.execute(
          () -> {
            preparing.set(false);
            prepareNow();
          });
    }
  }

  private synchronized void prepareNow() {
    try {
      usableBytes = disk.usableBytes();
      boolean room = usableBytes - config.segmentBytes() >= config.reserve(disk.totalBytes());
      if (ready == null && room) {
        ready = create();
      }
    } catch (IOException noRoomAfterAll) {
      // The name is free again, and the next call tries again.
    }
    scarce = ready == null;
  }

  /** An empty segment; empty when even the reserve is used up. Waits if one is being made. */
  synchronized Optional<Segment> take() {
    Segment taken = ready;
    ready = null;
    if (taken == null) {
      taken = createFromReserve();
    }
    return Optional.ofNullable(taken);
  }

  private @Nullable Segment createFromReserve() {
    try {
      usableBytes = disk.usableBytes();
      if (usableBytes >= config.segmentBytes()) {
        return create();
      }
    } catch (IOException full) {
      // As if there had been no room from the beginning.
    }
    scarce = true;
    return null;
  }

  private Segment create() throws IOException {
    long number = nextNumber;
    DiskFile file = disk.create(Segment.fileName(number), config.segmentBytes());
    nextNumber++;
    disk.syncDirectory();
    return new Segment(number, file, config.segmentBytes());
  }

  /** Removes segments that are no longer needed. */
  void delete(Iterable<Segment> segments) {
    background.execute(
        () -> {
          for (Segment segment : segments) {
            deleteNow(segment);
          }
          prepareNow();
        });
  }

  private void deleteNow(Segment segment) {
    try {
      segment.release();
      disk.delete(segment.fileName());
      disk.syncDirectory();
    } catch (IOException leftOver) {
      // The next start removes it.
    }
  }

  synchronized void close() throws IOException {
    Segment unused = ready;
    ready = null;
    if (unused != null) {
      unused.release();
    }
  }
}
