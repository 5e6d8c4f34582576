package dev.keelson.simulation.world;

import dev.keelson.core.shard.NodeId;
import dev.keelson.proto.internal.v1.PeerMessage;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Carries messages between nodes: loses, delays, duplicates and reorders them, and is cut one way
 * or both.
 */
public final class Network {
  private final VirtualTime time;
  private final RandomGenerator random;
  private final Faults faults;
  private final Receiver receiver;
  private final Set<Direction> cut = new HashSet<>();
  private final Map<Direction, Long> lastArrival = new HashMap<>();
  private boolean healed;
  private long lost;

  /** One way between two nodes. */
  private record Direction(NodeId from, NodeId to) {}

  /** Where messages arrive. */
  public interface Receiver {
    void receive(NodeId to, NodeId from, long connection, PeerMessage message);
  }

  public Network(VirtualTime time, RandomGenerator random, Faults faults, Receiver receiver) {
    this.time = time;
    this.random = random;
    this.faults = faults;
    this.receiver = receiver;
  }

  public void send(NodeId from, long connection, NodeId to, PeerMessage message) {
    if (isCut(from, to) || (!healed && random.nextDouble() < faults.loss())) {
      lost++;
      return;
    }
    deliver(from, connection, to, message);
    if (!healed && random.nextDouble() < faults.duplication()) {
      deliver(from, connection, to, message);
    }
  }

  private void deliver(NodeId from, long connection, NodeId to, PeerMessage message) {
    Direction direction = new Direction(from, to);
    long arrival = time.now() + delay();
    if (!faults.reordering() || healed) {
      arrival = Math.max(arrival, lastArrival.getOrDefault(direction, 0L));
      lastArrival.put(direction, arrival);
    }
    time.after(
        arrival - time.now(),
        () -> {
          if (!isCut(from, to)) {
            receiver.receive(to, from, connection, message);
          }
        });
  }

  private long delay() {
    long delay = faults.delayNanos() / 2 + random.nextLong(faults.delayNanos() + 1);
    if (!healed && random.nextDouble() < faults.slowShare()) {
      delay += random.nextLong(faults.slowNanos());
    }
    return delay;
  }

  public void cut(NodeId from, NodeId to) {
    cut.add(new Direction(from, to));
  }

  public void mend(NodeId from, NodeId to) {
    cut.remove(new Direction(from, to));
  }

  public boolean isCut(NodeId from, NodeId to) {
    return cut.contains(new Direction(from, to));
  }

  /** From now on only ordinary delays. */
  public void heal() {
    healed = true;
    cut.clear();
  }

  public long lost() {
    return lost;
  }
}
