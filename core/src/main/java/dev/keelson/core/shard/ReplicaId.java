package dev.keelson.core.shard;

/**
 * A replica of a shard: the node that holds it and the storage it lies on. A node whose disk was
 * lost returns with another storage, which has no vote until it is made a voter (R13).
 */
public record ReplicaId(NodeId node, String storage) {
  public ReplicaId {
    if (storage.isEmpty() || storage.length() > 64) {
      throw new IllegalArgumentException(
          "storage id must have 1 to 64 characters: '" + storage + "'");
    }
  }
}
