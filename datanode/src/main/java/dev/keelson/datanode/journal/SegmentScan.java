package dev.keelson.datanode.journal;

import java.util.Optional;

/**
 * Goes through the records of one segment and tells damage from a torn tail (R13).
 *
 * <pre>
 *   first record        durable end             end           limit
 *   │ record │ damage │ record │ record │ record │ torn or zero │
 *                              └ may be lost yet ┘
 * </pre>
 */
final class SegmentScan {
  /** Whom the records are for. */
  interface Visitor {
    void record(RecordHeader header, long position);

    /** A durable record whose payload isn't what was written. */
    void damagedPayload(RecordHeader header, long position);

    /** Something durable that can't be read, whosesoever it was. */
    void damage(long from, long to);
  }

  private final SegmentInput input;
  private final long durableEnd;
  private final long limit;

  /**
   * @param durableEnd before which all was durable: what is bad there is damage
   * @param limit where the segment or its validity ends
   */
  SegmentScan(SegmentInput input, long durableEnd, long limit) {
    this.input = input;
    this.durableEnd = Math.min(durableEnd, limit);
    this.limit = limit;
  }

  /**
   * Visits the records from {@code from} up to {@code to} or the first torn one; returns where that
   * was.
   */
  long visit(long from, long to, Visitor visitor) {
    long at = from;
    while (at < Math.min(to, limit)) {
      Optional<RecordHeader> header = input.header(at, limit);
      if (header.isPresent() && input.payloadIsWhole(header.get(), at)) {
        visitor.record(header.get(), at);
        at += header.get().recordBytes();
      } else if (at >= durableEnd) {
        return at;
      } else {
        at = skipDamage(header, at, visitor);
      }
    }
    return at;
  }

  private long skipDamage(Optional<RecordHeader> header, long at, Visitor visitor) {
    if (header.isPresent()) {
      visitor.damagedPayload(header.get(), at);
      return at + header.get().recordBytes();
    }
    long next = input.nextRecord(at + RecordHeader.ALIGNMENT, durableEnd);
    visitor.damage(at, next);
    return next;
  }

  /**
   * The greatest durable end that any group of the segment names. Goes over holes, because a group
   * behind a hole is what proves that the hole is damage.
   */
  static long durableEnd(SegmentInput input, long startEnd) {
    long durable = startEnd;
    long at = SegmentHeader.FIRST_RECORD;
    while (at < input.size()) {
      Optional<RecordHeader> header = input.header(at, input.size());
      if (header.isEmpty()) {
        at = input.nextRecord(at + RecordHeader.ALIGNMENT, input.size());
        continue;
      }
      if (header.get().kind() == RecordKind.GROUP && header.get().term() == input.number()) {
        durable = Math.max(durable, header.get().index());
      }
      at += header.get().recordBytes();
    }
    return Math.min(durable, input.size());
  }
}
