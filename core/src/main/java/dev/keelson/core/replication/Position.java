package dev.keelson.core.replication;

/**
 * A place in a shard's log.
 *
 * @param checksum CRC-32C over the previous entry's checksum and this entry, so that two logs with
 *     equal positions are equal up to there
 */
public record Position(long term, long index, int checksum) implements Comparable<Position> {
  /** Before the first entry. */
  public static final Position ZERO = new Position(0, 0, 0);

  public Position {
    if (term < 0 || index < 0) {
      throw new IllegalArgumentException("not a log position: term " + term + ", index " + index);
    }
  }

  /** The order that decides who may lead (R5): term first, then index. */
  @Override
  public int compareTo(Position other) {
    int byTerm = Long.compare(term, other.term);
    return byTerm != 0 ? byTerm : Long.compare(index, other.index);
  }

  public dev.keelson.proto.internal.v1.Position toProto() {
    return dev.keelson.proto.internal.v1.Position.newBuilder()
        .setTerm(term)
        .setIndex(index)
        .setChecksum(checksum)
        .build();
  }

  public static Position fromProto(dev.keelson.proto.internal.v1.Position proto) {
    return new Position(proto.getTerm(), proto.getIndex(), proto.getChecksum());
  }
}
