package dev.keelson.router.request;

import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.limit.Limits;
import dev.keelson.core.request.ReadTranslator;
import dev.keelson.core.request.ShardRead;
import dev.keelson.core.request.Tables;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.NodeAnswer;
import dev.keelson.proto.internal.v1.ReadRows;
import dev.keelson.proto.internal.v1.StoredRow;
import dev.keelson.proto.v1.BatchGetRequest;
import dev.keelson.proto.v1.BatchGetResponse;
import dev.keelson.proto.v1.GetRequest;
import dev.keelson.proto.v1.GetResponse;
import dev.keelson.proto.v1.ReadOptions;
import dev.keelson.proto.v1.Served;
import dev.keelson.router.node.NodeRequest;
import dev.keelson.router.route.ShardCalls;
import dev.keelson.router.route.ShardReply;
import dev.keelson.router.route.Target;
import java.util.List;

/** Reads of rows by their primary keys. */
public final class Reads {
  private final Tables tables;
  private final ShardCalls calls;
  private final ReadTranslator translator;
  private final Limits limits;

  /** So many of the greatest rows fit into one message of a node with room to spare. */
  private final int keysOfShare;

  public Reads(Tables tables, ShardCalls calls, Limits limits) {
    this.tables = tables;
    this.calls = calls;
    this.translator = new ReadTranslator(limits);
    this.limits = limits;
    this.keysOfShare =
        Math.max(1, limits.messageBytes() / (limits.keyBytes() + limits.rowBytes()) - 2);
  }

  public void get(GetRequest request, long deadlineNanos, Outcome<GetResponse> outcome) {
    Guarded.run(
        outcome,
        () -> {
          ShardRead read = translator.get(tables, request);
          ReadRows rows =
              ReadRows.newBuilder().addKeys(read.key()).setOptions(request.getOptions()).build();
          Target target = new Target.Partition(read.keyspaceId(), read.partitionHash());
          send(target, rows, deadlineNanos, new GetReply(read, outcome));
        });
  }

  /** Asks all shards that hold some of the keys at once. */
  public void batchGet(
      BatchGetRequest request, long deadlineNanos, Outcome<BatchGetResponse> outcome) {
    Guarded.run(
        outcome,
        () -> {
          List<ShardRead> reads = translator.batchGet(tables, request);
          if (reads.isEmpty()) {
            outcome.answered(BatchGetResponse.getDefaultInstance());
            return;
          }
          BatchGet batch = new BatchGet(reads, limits.answerBytes(), outcome);
          batch
              .shares(this::targetOf, keysOfShare)
              .forEach(
                  share ->
                      send(
                          share.target(),
                          share.toReadRows(request.getOptions()),
                          deadlineNanos,
                          share));
        });
  }

  /** Keys of one shard go together; while it isn't known which that is, those of a partition do. */
  private Target targetOf(ShardRead read) {
    Target partition = new Target.Partition(read.keyspaceId(), read.partitionHash());
    ShardConfig shard = partition.in(calls.map());
    return shard == null ? partition : new Target.Whole(shard.id());
  }

  private void send(Target target, ReadRows rows, long deadlineNanos, ShardReply reply) {
    NodeRequest request = new NodeRequest.Read(rows);
    if (mayBeStale(rows.getOptions())) {
      calls.nearest(target, request, deadlineNanos, reply);
    } else {
      calls.leader(target, request, deadlineNanos, reply);
    }
  }

  /** Whether any replica will do; refuses levels that this version doesn't know. */
  public static boolean mayBeStale(ReadOptions options) {
    return switch (options.getConsistency()) {
      case LINEARIZABLE -> false;
      case STALE -> true;
      case UNRECOGNIZED ->
          throw ErrorCode.NOT_SUPPORTED.because(
              "The consistency level %d is not known".formatted(options.getConsistencyValue()));
    };
  }

  static GetResponse response(ShardRead read, StoredRow row, Served served) {
    GetResponse.Builder response = GetResponse.newBuilder().setServed(served);
    if (row.getFound()) {
      response
          .setFound(true)
          .setVersion(row.getVersion())
          .addAllCells(read.columns().cells(read.key(), row.getRow()));
    }
    return response.build();
  }

  private record GetReply(ShardRead read, Outcome<GetResponse> outcome) implements ShardReply {
    @Override
    public void answered(NodeAnswer answer, NodeId node, ShardId shard, boolean uncertainBefore) {
      Guarded.run(
          outcome,
          () -> {
            if (!answer.hasRows() || answer.getRows().getRowsCount() != 1) {
              throw ServedBy.confused(node, "a read of one row", answer);
            }
            Served served = ServedBy.of(answer, node, shard);
            outcome.answered(response(read, answer.getRows().getRows(0), served));
          });
    }

    @Override
    public void failed(DatabaseException why) {
      outcome.failed(why);
    }

    @Override
    public boolean abandoned() {
      return outcome.abandoned();
    }
  }
}
