package dev.keelson.datanode.controller;

import dev.keelson.core.placement.PlacementNode.Presence;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Since when nodes are missing, by this controller's clock: a new controller gives every missing
 * node the whole patience again.
 */
final class Absences {
  private final long patienceNanos;
  private final long replaceAfterNanos;
  private final Map<String, Long> missingSince = new HashMap<>();
  private final Map<String, String> zones = new HashMap<>();

  Absences(Duration patience, Duration replaceAfter) {
    this.patienceNanos = patience.toNanos();
    this.replaceAfterNanos = replaceAfter.toNanos();
  }

  Presence judge(String node, boolean registered, long now) {
    if (registered) {
      missingSince.remove(node);
      return Presence.REGISTERED;
    }
    long since = missingSince.computeIfAbsent(node, it -> now);
    if (now - since < patienceNanos) {
      return Presence.BRIEFLY_GONE;
    }
    return now - since < replaceAfterNanos ? Presence.GONE : Presence.LOST;
  }

  /** The zone that a node had when it was last seen; empty if this controller never saw it. */
  String zone(String node, Optional<String> registered) {
    registered.ifPresent(it -> zones.put(node, it));
    return zones.getOrDefault(node, "");
  }
}
