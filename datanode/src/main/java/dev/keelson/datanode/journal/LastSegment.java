package dev.keelson.datanode.journal;

/**
 * The outline of the segment that was being written when the process ended.
 *
 * @param shardsEnd where the records end that name all replicas
 * @param durableEnd up to where it is known to be durable
 * @param end where the first torn record is, or would be
 * @param damaged something before the durable end can't be read
 */
record LastSegment(long shardsEnd, long durableEnd, long end, boolean damaged) {
  static LastSegment survey(SegmentInput input, long startEnd) {
    long durableEnd = SegmentScan.durableEnd(input, startEnd);
    Surveyor surveyor = new Surveyor();
    long end =
        new SegmentScan(input, durableEnd, input.size())
            .visit(SegmentHeader.FIRST_RECORD, input.size(), surveyor);
    return new LastSegment(surveyor.shardsEnd, durableEnd, end, surveyor.damaged);
  }

  private static final class Surveyor implements SegmentScan.Visitor {
    private long shardsEnd = SegmentHeader.FIRST_RECORD;
    private boolean damaged;

    @Override
    public void record(RecordHeader header, long position) {
      if (header.kind() == RecordKind.SHARD && position == shardsEnd) {
        shardsEnd = position + header.recordBytes();
      }
    }

    @Override
    public void damagedPayload(RecordHeader header, long position) {
      damaged = true;
    }

    @Override
    public void damage(long from, long to) {
      damaged = true;
    }
  }
}
