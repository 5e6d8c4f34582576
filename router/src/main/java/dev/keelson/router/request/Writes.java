package dev.keelson.router.request;

import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.limit.Limits;
import dev.keelson.core.request.ShardWrite;
import dev.keelson.core.request.Tables;
import dev.keelson.core.request.WriteOutcomes;
import dev.keelson.core.request.WriteTranslator;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.CommandResult;
import dev.keelson.proto.internal.v1.NodeAnswer;
import dev.keelson.proto.v1.DeleteRequest;
import dev.keelson.proto.v1.InsertRequest;
import dev.keelson.proto.v1.PutRequest;
import dev.keelson.proto.v1.UpdateRequest;
import dev.keelson.proto.v1.WriteBatchRequest;
import dev.keelson.proto.v1.WriteResponse;
import dev.keelson.router.node.NodeRequest;
import dev.keelson.router.route.ShardCalls;
import dev.keelson.router.route.ShardReply;
import dev.keelson.router.route.Target;
import java.util.function.Supplier;

/** Writes: each becomes one command to the shard of its partition. */
public final class Writes {
  private final Tables tables;
  private final ShardCalls calls;
  private final WriteTranslator translator;

  public Writes(Tables tables, ShardCalls calls, Limits limits) {
    this.tables = tables;
    this.calls = calls;
    this.translator = new WriteTranslator(limits);
  }

  public void put(PutRequest request, long deadlineNanos, Outcome<WriteResponse> outcome) {
    translateAndSend(() -> translator.put(tables, request), deadlineNanos, outcome);
  }

  public void insert(InsertRequest request, long deadlineNanos, Outcome<WriteResponse> outcome) {
    translateAndSend(() -> translator.insert(tables, request), deadlineNanos, outcome);
  }

  public void update(UpdateRequest request, long deadlineNanos, Outcome<WriteResponse> outcome) {
    translateAndSend(() -> translator.update(tables, request), deadlineNanos, outcome);
  }

  public void delete(DeleteRequest request, long deadlineNanos, Outcome<WriteResponse> outcome) {
    translateAndSend(() -> translator.delete(tables, request), deadlineNanos, outcome);
  }

  public void batch(WriteBatchRequest request, long deadlineNanos, Outcome<WriteResponse> outcome) {
    translateAndSend(() -> translator.batch(tables, request), deadlineNanos, outcome);
  }

  private void translateAndSend(
      Supplier<ShardWrite> translation, long deadlineNanos, Outcome<WriteResponse> outcome) {
    Guarded.run(outcome, () -> send(translation.get(), deadlineNanos, outcome));
  }

  /** Sends a command that is made already. */
  public void send(ShardWrite write, long deadlineNanos, Outcome<WriteResponse> outcome) {
    calls.leader(
        new Target.Partition(write.keyspaceId(), write.partitionHash()),
        new NodeRequest.Write(write.command(), write.hasWriteId()),
        deadlineNanos,
        new WriteReply(outcome));
  }

  private record WriteReply(Outcome<WriteResponse> outcome) implements ShardReply {
    @Override
    public void answered(NodeAnswer answer, NodeId node, ShardId shard, boolean uncertainBefore) {
      Guarded.run(
          outcome,
          () -> {
            if (!answer.hasWritten()) {
              throw ServedBy.confused(node, "a write", answer).withUnknownOutcome();
            }
            CommandResult result = answer.getWritten();
            try {
              WriteResponse.Builder response = WriteOutcomes.answer(result);
              outcome.answered(response.setServed(ServedBy.of(answer, node, shard)).build());
            } catch (DatabaseException refused) {
              throw uncertainBefore && !isRemembered(result)
                  ? refused.withUnknownOutcome()
                  : refused;
            }
          });
    }

    /**
     * Whether the result is the write's own: it is given again when the write comes twice. The
     * others say only that this try was not applied; one before it may have been.
     */
    private static boolean isRemembered(CommandResult result) {
      return switch (result.getOutcome()) {
        case APPLIED, ROW_EXISTS, ROW_NOT_FOUND, CONDITION_FAILED, ROW_TOO_LARGE, MALFORMED -> true;
        case SESSION_EXPIRED,
            ALREADY_ANSWERED,
            SESSION_FULL,
            WRONG_SHARD,
            OUTCOME_UNSPECIFIED,
            UNRECOGNIZED ->
            false;
      };
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
