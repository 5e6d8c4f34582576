package dev.keelson.client;

import dev.keelson.proto.v1.WriteId;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Numbers the writes of one session of the server. Lives on the event loop.
 *
 * <p>The floor, {@code answered_below}, is the lowest number without an answer: the server forgets
 * the answers below. A write whose caller gave up counts as answered, because it is never sent
 * again.
 */
final class WriteSession {
  /** A shard remembers 1,024 answers of a session that are not below the floor, and no more. */
  private static final int MAX_ABOVE_FLOOR = 1_000;

  private final long id;
  private final Set<Long> unanswered = new LinkedHashSet<>();
  private long next = 1;

  WriteSession(long id) {
    this.id = id;
  }

  /** False while so many writes went past the one at the floor that another session must do. */
  boolean hasRoom() {
    return next - floor() < MAX_ABOVE_FLOOR;
  }

  void join(PointOperation operation) {
    operation.joined(this, next);
    unanswered.add(next);
    next++;
  }

  void answered(long sequence) {
    unanswered.remove(sequence);
  }

  WriteId writeId(long sequence) {
    return WriteId.newBuilder()
        .setSession(id)
        .setSequence(sequence)
        .setAnsweredBelow(floor())
        .build();
  }

  private long floor() {
    return unanswered.isEmpty() ? next : unanswered.iterator().next();
  }
}
