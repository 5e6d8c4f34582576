package dev.keelson.datanode.journal;

import dev.keelson.datanode.disk.Disk;
import dev.keelson.datanode.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The files that a start finds. The newest segment with a header counts, and those before it as
 * each names the one before itself; everything else is a leftover.
 *
 * @param chain oldest first
 * @param leftovers names of files that no longer or never counted
 */
record SegmentCatalog(List<Found> chain, List<String> leftovers, long nextNumber) {
  /** The previous end in a guessed header. */
  static final long UNKNOWN_END = Long.MAX_VALUE;

  /**
   * A segment of the chain.
   *
   * @param headerLost the header was unreadable and is a guess
   */
  record Found(Segment segment, SegmentHeader header, boolean headerLost) {}

  static SegmentCatalog read(Disk disk, Findings findings) throws IOException {
    TreeMap<Long, Found> found = new TreeMap<>();
    List<String> leftovers = new ArrayList<>();
    long highest = 0;
    for (String name : disk.list().stream().sorted().toList()) {
      long number = Segment.numberOf(name);
      if (number < 0) {
        continue;
      }
      highest = Math.max(highest, number);
      Optional<Found> segment = look(disk, name, number, highestBelow(found, number), findings);
      segment.ifPresentOrElse(it -> found.put(number, it), () -> leftovers.add(name));
    }
    List<Found> chain = chain(found);
    for (Found unlinked : found.values()) {
      unlinked.segment().release();
      leftovers.add(unlinked.segment().fileName());
    }
    return new SegmentCatalog(chain, leftovers, highest + 1);
  }

  private static long highestBelow(TreeMap<Long, Found> found, long number) {
    Long below = found.lowerKey(number);
    return below == null ? 0 : below;
  }

  /** Takes the chain out of what was found. */
  private static List<Found> chain(TreeMap<Long, Found> found) {
    List<Found> chain = new ArrayList<>();
    @Nullable Found at = found.isEmpty() ? null : found.lastEntry().getValue();
    while (at != null) {
      chain.addFirst(at);
      found.remove(at.segment().number());
      long previous = at.header().previous();
      at = previous < at.segment().number() ? found.get(previous) : null;
    }
    return chain;
  }

  private static Optional<Found> look(
      Disk disk, String name, long number, long below, Findings findings) throws IOException {
    DiskFile file = disk.open(name);
    long size = file.size() & -RecordHeader.ALIGNMENT;
    if (size < 2L * SegmentHeader.FIRST_RECORD) {
      file.close();
      return Optional.empty();
    }
    Optional<ByteBuffer> block = headerBlock(file);
    Optional<SegmentHeader> header =
        block.isPresent() ? SegmentHeader.decode(block.get(), name) : Optional.empty();
    if (header.isPresent() && header.get().number() == number) {
      return Optional.of(new Found(new Segment(number, file, size), header.get(), false));
    }
    if (!wasActive(block, new SegmentInput(number, file, size))) {
      file.close();
      return Optional.empty();
    }
    findings.add(name + ": the header is unreadable");
    SegmentHeader guess =
        new SegmentHeader(
            number,
            size,
            below,
            UNKNOWN_END,
            SegmentHeader.FIRST_RECORD,
            SegmentHeader.DAMAGE | SegmentHeader.TEAR);
    return Optional.of(new Found(new Segment(number, file, size), guess, true));
  }

  private static Optional<ByteBuffer> headerBlock(DiskFile file) {
    ByteBuffer block = ByteBuffer.allocate(SegmentHeader.FIRST_RECORD);
    try {
      file.read(0, block);
      return Optional.of(block.rewind());
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  /**
   * Until it is active a segment's header is zeros, since the sectors of the two copies are written
   * whole or not at all. Groups are only ever written to an active one.
   */
  private static boolean wasActive(Optional<ByteBuffer> header, SegmentInput records) {
    boolean zeros =
        header.isPresent()
            && header.get().mismatch(ByteBuffer.allocate(SegmentHeader.FIRST_RECORD)) < 0;
    return zeros ? hasRecord(records, true) : hasRecord(records, false);
  }

  private static boolean hasRecord(SegmentInput input, boolean onlyGroups) {
    long at = SegmentHeader.FIRST_RECORD;
    while (at < input.size()) {
      Optional<RecordHeader> record = input.header(at, input.size());
      if (record.isPresent() && (!onlyGroups || record.get().kind() == RecordKind.GROUP)) {
        return true;
      }
      at =
          record.isPresent()
              ? at + record.get().recordBytes()
              : input.nextRecord(at + RecordHeader.ALIGNMENT, input.size());
    }
    return false;
  }
}
