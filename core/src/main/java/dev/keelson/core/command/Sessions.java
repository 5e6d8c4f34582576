package dev.keelson.core.command;

import dev.keelson.core.limit.ReplicatedLimits;
import dev.keelson.proto.internal.v1.CommandResult;
import dev.keelson.proto.internal.v1.CommandResult.Outcome;
import dev.keelson.proto.internal.v1.SessionTable;
import dev.keelson.proto.internal.v1.StoredSession;
import dev.keelson.proto.internal.v1.StoredWriteId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Which writes a shard has answered, so that a write that comes twice is applied once (R16).
 *
 * <p>A session that is forgotten raises the floor above its number. An unknown session below the
 * floor may be a forgotten one and is refused; sessions get growing numbers, so a client that opens
 * another one comes above the floor.
 *
 * <pre>
 *   sessions    … forgotten or never seen: refused …  │ floor │ … not seen yet: taken …
 *   sequences   … acknowledged: ALREADY_ANSWERED …    │ answered below │ remembered, or new
 * </pre>
 */
final class Sessions {
  private static final CommandResult EXPIRED = refusal(Outcome.SESSION_EXPIRED);
  private static final CommandResult ACKNOWLEDGED = refusal(Outcome.ALREADY_ANSWERED);
  private static final CommandResult FULL = refusal(Outcome.SESSION_FULL);

  /** By number; in the order of their last use, which commands alone decide. */
  private final Map<Long, Session> sessions = new LinkedHashMap<>(16, 0.75f, true);

  private long floor;
  private int remembered;

  /** The answer to a write that must not be applied now; empty when it must. */
  Optional<CommandResult> answer(StoredWriteId id) {
    Session session = sessions.get(id.getSession());
    if (session == null) {
      if (id.getSession() < floor) {
        return Optional.of(EXPIRED);
      }
      session = new Session();
      sessions.put(id.getSession(), session);
    }
    remembered -= session.remembered();
    session.acknowledge(id.getAnsweredBelow());
    remembered += session.remembered();
    if (session.isAcknowledged(id.getSequence())) {
      return Optional.of(ACKNOWLEDGED);
    }
    Optional<CommandResult> known = session.result(id.getSequence());
    if (known.isEmpty() && session.remembered() >= ReplicatedLimits.UNANSWERED_PER_SESSION) {
      return Optional.of(FULL);
    }
    return known;
  }

  /** Keeps the answer of a write that {@link #answer} let through. */
  void remember(StoredWriteId id, CommandResult result) {
    Session session =
        Objects.requireNonNull(sessions.get(id.getSession()), "a session that was let through");
    session.remember(id.getSequence(), result);
    remembered++;
    forgetLeastRecentlyUsed();
  }

  private void forgetLeastRecentlyUsed() {
    // The session in use is the last one, and alone it is within both limits.
    Iterator<Map.Entry<Long, Session>> oldest = sessions.entrySet().iterator();
    while (sessions.size() > ReplicatedLimits.SESSIONS
        || remembered > ReplicatedLimits.UNANSWERED) {
      Map.Entry<Long, Session> forgotten = oldest.next();
      floor = Math.max(floor, forgotten.getKey() + 1);
      remembered -= forgotten.getValue().remembered();
      oldest.remove();
    }
  }

  SessionTable toProto() {
    SessionTable.Builder table = SessionTable.newBuilder().setFloor(floor);
    sessions.forEach((number, session) -> table.addSessions(session.toProto(number)));
    return table.build();
  }

  static Sessions fromProto(SessionTable table) {
    Sessions sessions = new Sessions();
    sessions.floor = table.getFloor();
    for (StoredSession stored : table.getSessionsList()) {
      Session session = Session.fromProto(stored);
      sessions.sessions.put(stored.getSession(), session);
      sessions.remembered += session.remembered();
    }
    return sessions;
  }

  private static CommandResult refusal(Outcome outcome) {
    return CommandResult.newBuilder().setOutcome(outcome).build();
  }
}
