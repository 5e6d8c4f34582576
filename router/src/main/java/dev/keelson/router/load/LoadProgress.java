package dev.keelson.router.load;

import dev.keelson.core.error.DatabaseException;
import dev.keelson.proto.v1.BulkLoadError;
import dev.keelson.proto.v1.BulkLoadResponse;
import dev.keelson.proto.v1.Served;
import dev.keelson.proto.v1.SessionToken;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.TreeMap;

/** What a load has to tell its client, and when. One thread at a time. */
final class LoadProgress {
  private static final int ERRORS_OF_ANSWER = 200;
  private static final int ERRORS_HELD = 10_000;

  private final LoadStream client;
  private final LoadConfig config;
  private final DurableRows durable = new DurableRows();
  private final ArrayDeque<BulkLoadError> errors = new ArrayDeque<>();

  /** The greatest index of each shard, since the last answer. */
  private final Map<Integer, Long> written = new TreeMap<>();

  private long rowsRead;
  private long rowsSaid;
  private long lastAnswerNanos = System.nanoTime();

  LoadProgress(LoadStream client, LoadConfig config) {
    this.client = client;
    this.config = config;
  }

  /** The number of a row that was read. */
  long rowRead() {
    return rowsRead++;
  }

  void durable(long row) {
    durable.done(row);
  }

  /** Where a command was applied. */
  void written(Served served) {
    written.merge(served.getShard(), served.getIndex(), Math::max);
  }

  /** A row that can't be written; it is done with. */
  void bad(long row, DatabaseException why) {
    errors.add(BulkLoadError.newBuilder().setRow(row).setError(why.toProto()).build());
    durable.done(row);
  }

  boolean hasErrors() {
    return !errors.isEmpty();
  }

  /** Whether more rows may be read. */
  boolean hasRoom() {
    return rowsRead - durable.count() < config.rowsAhead() && errors.size() < ERRORS_HELD;
  }

  /** Tells the client if there is enough to tell, or it has waited, and it takes answers. */
  void answerIfDue() {
    long news = durable.count() - rowsSaid;
    boolean late = System.nanoTime() - lastAnswerNanos >= config.ackTime().toNanos();
    boolean due = hasErrors() || news >= config.ackRows() || (late && news > 0);
    if (due && client.isReady()) {
      answer();
    }
  }

  void answer() {
    BulkLoadResponse.Builder answer = BulkLoadResponse.newBuilder();
    rowsSaid = durable.count();
    answer.setRowsDurable(rowsSaid);
    for (int i = 0; i < ERRORS_OF_ANSWER && !errors.isEmpty(); i++) {
      answer.addErrors(errors.remove());
    }
    written.forEach(
        (shard, index) ->
            answer.addWritten(SessionToken.newBuilder().setShard(shard).setIndex(index)));
    written.clear();
    lastAnswerNanos = System.nanoTime();
    client.send(answer.build());
  }
}
