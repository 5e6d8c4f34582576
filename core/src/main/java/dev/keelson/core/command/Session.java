package dev.keelson.core.command;

import dev.keelson.proto.internal.v1.CommandResult;
import dev.keelson.proto.internal.v1.RememberedResult;
import dev.keelson.proto.internal.v1.StoredSession;
import java.util.Optional;
import java.util.TreeMap;

/** The answers of one session that its client has not acknowledged. */
final class Session {
  private final TreeMap<Long, CommandResult> results = new TreeMap<>();
  private long answeredBelow;

  /** Forgets what the client acknowledges; acknowledgements that come late change nothing. */
  void acknowledge(long below) {
    if (below > answeredBelow) {
      answeredBelow = below;
      results.headMap(below).clear();
    }
  }

  boolean isAcknowledged(long sequence) {
    return sequence < answeredBelow;
  }

  Optional<CommandResult> result(long sequence) {
    return Optional.ofNullable(results.get(sequence));
  }

  void remember(long sequence, CommandResult result) {
    results.put(sequence, result);
  }

  int remembered() {
    return results.size();
  }

  StoredSession toProto(long number) {
    StoredSession.Builder stored =
        StoredSession.newBuilder().setSession(number).setAnsweredBelow(answeredBelow);
    results.forEach(
        (sequence, result) ->
            stored.addResults(
                RememberedResult.newBuilder().setSequence(sequence).setResult(result)));
    return stored.build();
  }

  static Session fromProto(StoredSession stored) {
    Session session = new Session();
    session.answeredBelow = stored.getAnsweredBelow();
    stored.getResultsList().forEach(it -> session.remember(it.getSequence(), it.getResult()));
    return session;
  }
}
