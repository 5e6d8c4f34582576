package dev.keelson.core.shard;

/** The number of a shard, unique in its cluster and never used again. */
public record ShardId(int number) implements Comparable<ShardId> {
  public ShardId {
    if (number < 0) {
      throw new IllegalArgumentException("shard number must not be negative: " + number);
    }
  }

  @Override
  public int compareTo(ShardId other) {
    return Integer.compare(number, other.number);
  }

  @Override
  public String toString() {
    return "shard " + number;
  }
}
