package dev.keelson.datanode.shard;

import dev.keelson.core.error.DatabaseException;
import dev.keelson.proto.internal.v1.CommandResult;
import dev.keelson.proto.internal.v1.NodeAnswer;
import java.util.function.Consumer;

/** A router that waits for its command. Of one loop's thread. */
final class PendingWrite {
  private final long call;
  private final Consumer<NodeAnswer> answer;
  private final long deadline;
  private long term;
  private long index;
  private boolean answered;

  PendingWrite(long call, long deadline, Consumer<NodeAnswer> answer) {
    this.call = call;
    this.deadline = deadline;
    this.answer = answer;
  }

  void appended(long atTerm, long atIndex) {
    term = atTerm;
    index = atIndex;
  }

  long term() {
    return term;
  }

  long index() {
    return index;
  }

  boolean isLate(long now) {
    return !answered && now - deadline > 0;
  }

  void done(CommandResult result) {
    if (!answered) {
      answered = true;
      answer.accept(NodeAnswers.written(call, term, index, result));
    }
  }

  void fail(DatabaseException why) {
    refuse(NodeAnswers.failed(call, why));
  }

  void refuse(NodeAnswer refusal) {
    if (!answered) {
      answered = true;
      answer.accept(refusal);
    }
  }

  long call() {
    return call;
  }
}
