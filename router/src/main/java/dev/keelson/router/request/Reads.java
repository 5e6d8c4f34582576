package dev.keelson.router.request;

import dev.keelson.core.error.DatabaseException;
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
  private final boolean byQuorum;

  /** So many of the greatest rows fit into one message of a node with room to spare. */
  private final int keysOfShare;

  /**
   * @param byQuorum whether this cluster doesn't trust clocks
   */
  public Reads(Tables tables, ShardCalls calls, Limits limits, boolean byQuorum) {
    this.tables = tables;
    this.calls = calls;
    this.byQuorum = byQuorum;
    this.translator = new ReadTranslator(limits);
    this.limits = limits;
    this.keysOfShare =
        Math.max(1, limits.messageBytes() / (limits.keyBytes() + limits.rowBytes()) - 2);
  }

  public void get(GetRequest request, long deadlineNanos, Outcome<GetResponse> outcome) {
    Guarded.run(
        outcome,
        () -> {
          ReadNeeds needs = ReadNeeds.of(request.getOptions(), byQuorum);
          ShardRead read = translator.get(tables, request);
          ReadRows rows =
              ReadRows.newBuilder().addKeys(read.key()).setOptions(needs.options()).build();
          Target target = new Target.Partition(read.keyspaceId(), read.partitionHash());
          NodeRequest sent = new NodeRequest.Read(rows, needs.seen());
          needs.send(calls, target, sent, deadlineNanos, new GetReply(read, outcome));
        });
  }

  /** Asks all shards that hold some of the keys at once. */
  public void batchGet(
      BatchGetRequest request, long deadlineNanos, Outcome<BatchGetResponse> outcome) {
    Guarded.run(
        outcome,
        () -> {
          ReadNeeds needs = ReadNeeds.of(request.getOptions(), byQuorum);
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
                      needs.send(
                          calls,
                          share.target(),
                          new NodeRequest.Read(share.toReadRows(needs.options()), needs.seen()),
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
