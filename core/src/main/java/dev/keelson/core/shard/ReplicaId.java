package dev.keelson.core.shard;

/**
 * A replica of a shard: the node that holds it and the storage it lies on. A node whose disk was
 * lost returns with another storage, which has no vote until it is made a voter (R13).
 *
 * <p>A replica that was removed from the shard never returns: another one on the same disk has
 * another incarnation, and so another storage id (R12).
 *
 * <pre>
 *   0a1b2c          the first replica of the shard on disk 0a1b2c
 *   0a1b2c.4711     a later one; numbers are never used again
 * </pre>
 */
public record ReplicaId(NodeId node, String storage) {
  private static final char SEPARATOR = '.';

  public ReplicaId {
    if (storage.isEmpty() || storage.length() > 64) {
      throw new IllegalArgumentException(
          "storage id must have 1 to 64 characters: '" + storage + "'");
    }
    int separator = storage.lastIndexOf(SEPARATOR);
    if (separator >= 0 && !storage.substring(separator + 1).matches("[1-9][0-9]{0,18}")) {
      throw new IllegalArgumentException("no number of an incarnation in: '" + storage + "'");
    }
  }

  /**
   * @param number never used before for this shard, such as the revision of its record that is
   *     about to be replaced
   */
  public static ReplicaId incarnation(NodeId node, String disk, long number) {
    if (number <= 0) {
      throw new IllegalArgumentException("not a number of a later replica: " + number);
    }
    return new ReplicaId(node, disk + SEPARATOR + number);
  }

  /** The disk that the replica lies on. */
  public String disk() {
    int end = storage.lastIndexOf(SEPARATOR);
    return end < 0 ? storage : storage.substring(0, end);
  }

  public boolean liesOn(NodeId otherNode, String disk) {
    return node.equals(otherNode) && isOfDisk(disk);
  }

  /** Without making a string: this is asked for each ack. */
  private boolean isOfDisk(String disk) {
    return storage.startsWith(disk)
        && (storage.length() == disk.length() || storage.lastIndexOf(SEPARATOR) == disk.length());
  }

  /** 0 for the first replica of the shard on its disk. */
  public long incarnation() {
    return incarnationOf(storage);
  }

  /** As {@link #incarnation()} of a replica with that storage id. */
  public static long incarnationOf(String storage) {
    int end = storage.lastIndexOf(SEPARATOR);
    return end < 0 ? 0 : Long.parseLong(storage, end + 1, storage.length(), 10);
  }
}
