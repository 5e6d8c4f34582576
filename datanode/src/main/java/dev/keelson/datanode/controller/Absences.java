package dev.keelson.datanode.controller;

import dev.keelson.core.placement.PlacementNode.Presence;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Since when nodes are missing, by this controller's clock: a new controller gives every missing
 * node the whole patience again.
 */
final class Absences {
  private final long patienceNanos;
  private final Map<String, Long> missingSince = new HashMap<>();

  Absences(Duration patience) {
    this.patienceNanos = patience.toNanos();
  }

  Presence judge(String node, boolean registered, long now) {
    if (registered) {
      missingSince.remove(node);
      return Presence.REGISTERED;
    }
    long since = missingSince.computeIfAbsent(node, it -> now);
    return now - since < patienceNanos ? Presence.BRIEFLY_GONE : Presence.GONE;
  }
}
