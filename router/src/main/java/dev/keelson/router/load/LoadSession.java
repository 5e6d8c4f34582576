package dev.keelson.router.load;

import dev.keelson.proto.v1.WriteId;
import java.util.TreeSet;

/**
 * Names the commands of a load to one shard, so that one whose outcome is unknown can be sent again
 * (R16). A session for each shard, since one that stalls must not fill the memory of the others.
 */
final class LoadSession {
  private final long session;
  private final TreeSet<Long> underWay = new TreeSet<>();
  private long next = 1;

  LoadSession(long session) {
    this.session = session;
  }

  WriteId begin() {
    long sequence = next++;
    underWay.add(sequence);
    return WriteId.newBuilder()
        .setSession(session)
        .setSequence(sequence)
        .setAnsweredBelow(underWay.first())
        .build();
  }

  void end(WriteId id) {
    underWay.remove(id.getSequence());
  }

  /** Whether another command may be under way: within {@code window} of the oldest. */
  boolean hasRoom(int window) {
    return underWay.isEmpty() || next - underWay.first() < window;
  }
}
