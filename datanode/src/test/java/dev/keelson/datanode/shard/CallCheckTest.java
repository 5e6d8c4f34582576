package dev.keelson.datanode.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.key.MalformedKeyException;
import dev.keelson.core.key.RowKey;
import dev.keelson.core.limit.Limits;
import dev.keelson.core.shard.HashRange;
import dev.keelson.core.shard.ShardId;
import dev.keelson.datanode.storage.InMemoryRows;
import dev.keelson.proto.internal.v1.Command;
import dev.keelson.proto.internal.v1.NodeCall;
import dev.keelson.proto.internal.v1.ReadRows;
import dev.keelson.proto.internal.v1.ScanPage;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class CallCheckTest {
  /** Table 1, a partition of one byte, nothing behind it. */
  private static final ByteString KEY = ByteString.copyFrom(new byte[] {0, 0, 0, 1, 42, 0, 1});

  private static final int HASH = hash();

  private final CallCheck inside = check(new HashRange(unsigned(), unsigned() + 1));
  private final CallCheck outside = check(new HashRange(unsigned() + 1, HashRange.SPACE));

  private static int hash() {
    try {
      return RowKey.parse(KEY).partitionHash();
    } catch (MalformedKeyException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long unsigned() {
    return Integer.toUnsignedLong(HASH);
  }

  private static CallCheck check(HashRange range) {
    return new CallCheck(new ShardId(7), range, Limits.DEFAULTS);
  }

  @Test
  void commands_reads_and_scans_of_another_shards_partition_are_refused() {
    NodeCall write =
        NodeCall.newBuilder()
            .setCommand(Command.newBuilder().setPartitionHash(HASH).build().toByteString())
            .build();
    NodeCall read = read(KEY);
    NodeCall scan =
        NodeCall.newBuilder().setScan(ScanPage.newBuilder().setPartitionHash(HASH)).build();

    for (NodeCall call : new NodeCall[] {write, read, scan}) {
      inside.check(call);
      refused(() -> outside.check(call), ErrorCode.WRONG_SHARD);
    }
  }

  @Test
  void a_scan_of_the_whole_shard_is_for_whoever_has_its_number() {
    outside.check(NodeCall.newBuilder().setScan(ScanPage.getDefaultInstance()).build());
  }

  @Test
  void what_is_no_command_goes_into_the_log_to_be_refused_by_all_alike() {
    outside.check(NodeCall.newBuilder().setCommand(ByteString.copyFromUtf8("\u0012")).build());
  }

  @Test
  void keys_that_are_none_and_too_many_keys_are_refused() {
    refused(() -> inside.check(read(ByteString.EMPTY)), ErrorCode.INVALID_REQUEST);
    ReadRows.Builder many = ReadRows.newBuilder();
    for (int i = 0; i <= Limits.DEFAULTS.batchRows(); i++) {
      many.addKeys(KEY);
    }
    refused(
        () -> inside.check(NodeCall.newBuilder().setRead(many).build()), ErrorCode.BATCH_TOO_LARGE);
  }

  @Test
  void a_read_whose_rows_do_not_fit_into_an_answer_is_refused() {
    InMemoryRows rows = new InMemoryRows();
    rows.put(KEY, 1, ByteString.copyFrom(new byte[600]));
    ShardReader reader = new ShardReader(rows, 1_000);

    assertThat(reader.read(read(KEY)).getRows().getRowsCount()).isEqualTo(1);
    refused(() -> reader.read(read(KEY, KEY)), ErrorCode.ANSWER_TOO_LARGE);
  }

  private static NodeCall read(ByteString... keys) {
    ReadRows.Builder read = ReadRows.newBuilder();
    for (ByteString key : keys) {
      read.addKeys(key);
    }
    return NodeCall.newBuilder().setRead(read).build();
  }

  private static void refused(ThrowingCallable call, ErrorCode code) {
    assertThatThrownBy(call)
        .isInstanceOf(DatabaseException.class)
        .extracting(it -> ((DatabaseException) it).code())
        .isEqualTo(code);
  }
}
