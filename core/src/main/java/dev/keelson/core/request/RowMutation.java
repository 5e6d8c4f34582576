package dev.keelson.core.request;

import com.google.protobuf.ByteString;
import dev.keelson.core.key.RowKey;
import dev.keelson.proto.internal.v1.Mutation;
import dev.keelson.proto.internal.v1.StoredCondition;

/** A mutation of one row, and where the row lies. */
public record RowMutation(int keyspaceId, RowKey key, Mutation mutation) {
  public int partitionHash() {
    return key.partitionHash();
  }

  /** Equal for mutations that can go into one command. */
  public ByteString partition() {
    return key.partition();
  }

  /** What it counts against the limit of a batch. */
  public int bytes() {
    return mutation.getSerializedSize();
  }

  RowMutation with(StoredCondition condition) {
    return new RowMutation(keyspaceId, key, mutation.toBuilder().setCondition(condition).build());
  }
}
