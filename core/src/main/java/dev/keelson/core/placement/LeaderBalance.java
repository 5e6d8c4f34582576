package dev.keelson.core.placement;

import dev.keelson.core.shard.NodeId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who should lead what, so that no node leads two shards more than another that could take one.
 *
 * <p>Moves run along chains, as in matching: when the busiest node a shares no shard with the
 * idlest c, it may give one to b, which gives another to c.
 *
 * <pre>
 *   a: 3 shards ──shard 7──► b: 2 shards ──shard 4──► c: 1 shard     ⇒ 2, 2, 2
 * </pre>
 *
 * <p>Each chain takes one from a node with at least two more than the one that gets it, so the sum
 * of squares falls with each and the search ends. What is even already is never moved.
 */
final class LeaderBalance {
  /** A shard and the nodes that may lead it, in a fixed order. */
  record Candidate(int shard, List<NodeId> mayLead) {}

  private record Step(NodeId from, int shard) {}

  private final Map<Integer, Candidate> shards = new TreeMap<>();
  private final Map<Integer, NodeId> leaders = new TreeMap<>();
  private final Map<NodeId, TreeSet<Integer>> led = new TreeMap<>();

  /** A shard is led as it is now if it may be; else by whoever leads least. */
  void add(Candidate candidate, Optional<NodeId> now) {
    shards.put(candidate.shard(), candidate);
    candidate.mayLead().forEach(it -> led.computeIfAbsent(it, node -> new TreeSet<>()));
    NodeId leader =
        now.filter(candidate.mayLead()::contains)
            .orElseGet(
                () ->
                    candidate.mayLead().stream()
                        .min(Comparator.comparingInt(this::load))
                        .orElseThrow());
    assign(candidate.shard(), leader);
  }

  Map<Integer, NodeId> balanced() {
    while (shortenOnce()) {
      // Each round moves one chain.
    }
    return Map.copyOf(leaders);
  }

  private boolean shortenOnce() {
    List<NodeId> busiestFirst = new ArrayList<>(led.keySet());
    busiestFirst.sort(Comparator.comparingInt(it -> -load(it)));
    return busiestFirst.stream().anyMatch(this::relieve);
  }

  /** Breadth first: the shortest chain from {@code busy} to a node with two fewer. */
  private boolean relieve(NodeId busy) {
    Map<NodeId, Step> reachedBy = new HashMap<>();
    ArrayDeque<NodeId> open = new ArrayDeque<>(List.of(busy));
    while (!open.isEmpty()) {
      NodeId from = open.removeFirst();
      for (int shard : led.getOrDefault(from, new TreeSet<>())) {
        for (NodeId to : candidates(shard)) {
          if (to.equals(busy) || reachedBy.containsKey(to)) {
            continue;
          }
          reachedBy.put(to, new Step(from, shard));
          if (load(to) <= load(busy) - 2) {
            move(busy, to, reachedBy);
            return true;
          }
          open.addLast(to);
        }
      }
    }
    return false;
  }

  private void move(NodeId busy, NodeId idle, Map<NodeId, Step> reachedBy) {
    NodeId to = idle;
    while (!to.equals(busy)) {
      Step step = reachedBy.get(to);
      if (step == null) {
        throw new IllegalStateException("no way from " + busy + " to " + to);
      }
      assign(step.shard(), to);
      to = step.from();
    }
  }

  private List<NodeId> candidates(int shard) {
    Candidate candidate = shards.get(shard);
    return candidate == null ? List.of() : candidate.mayLead();
  }

  private void assign(int shard, NodeId leader) {
    NodeId before = leaders.put(shard, leader);
    if (before != null) {
      led.computeIfAbsent(before, it -> new TreeSet<>()).remove(shard);
    }
    led.computeIfAbsent(leader, it -> new TreeSet<>()).add(shard);
  }

  private int load(NodeId node) {
    TreeSet<Integer> shards = led.get(node);
    return shards == null ? 0 : shards.size();
  }
}
