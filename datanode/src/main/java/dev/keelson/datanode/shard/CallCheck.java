package dev.keelson.datanode.shard;

import com.google.protobuf.ByteString;
import dev.keelson.core.command.CommandPartition;
import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.key.MalformedKeyException;
import dev.keelson.core.key.RowKey;
import dev.keelson.core.limit.Limits;
import dev.keelson.core.shard.HashRange;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.NodeCall;
import dev.keelson.proto.internal.v1.ReadRows;
import dev.keelson.proto.internal.v1.ScanPage;
import java.util.OptionalInt;

/**
 * What a shard refuses before it looks at its log or rows: partitions that it does not hold, and
 * reads of too much. The range of a shard never changes while there is a shard of this number
 * (R15), so what is found here can't be outdated when a write is applied; {@code CommandMachine}
 * looks again all the same, since it alone reads the whole command.
 */
final class CallCheck {
  private final ShardId shard;
  private final HashRange range;
  private final Limits limits;

  CallCheck(ShardId shard, HashRange range, Limits limits) {
    this.shard = shard;
    this.range = range;
    this.limits = limits;
  }

  /**
   * @throws DatabaseException which refuses the call
   */
  void check(NodeCall call) {
    switch (call.getBodyCase()) {
      case COMMAND -> checkCommand(call.getCommand());
      case READ -> checkRead(call.getRead());
      case SCAN -> checkScan(call.getScan());
      case BODY_NOT_SET -> {}
    }
  }

  private void checkCommand(ByteString command) {
    OptionalInt hash = CommandPartition.of(command);
    if (hash.isPresent()) {
      checkPartition(hash.getAsInt());
    }
  }

  private void checkRead(ReadRows read) {
    if (read.getKeysCount() > limits.batchRows()) {
      throw ErrorCode.BATCH_TOO_LARGE.because(
          "A read of %d keys, but %d are allowed"
              .formatted(read.getKeysCount(), limits.batchRows()));
    }
    for (ByteString key : read.getKeysList()) {
      try {
        checkPartition(RowKey.parse(key).partitionHash());
      } catch (MalformedKeyException e) {
        throw ErrorCode.INVALID_REQUEST.because(String.valueOf(e.getMessage()));
      }
    }
  }

  private void checkScan(ScanPage scan) {
    if (scan.hasPartitionHash()) {
      checkPartition(scan.getPartitionHash());
    }
  }

  private void checkPartition(int hash) {
    if (!range.contains(hash)) {
      throw ErrorCode.WRONG_SHARD.because(
          "The partition %08x does not lie in %s".formatted(hash, shard));
    }
  }
}
