package dev.keelson.datanode.shard;

import dev.keelson.core.replication.Output;
import dev.keelson.core.replication.Replica;
import dev.keelson.core.shard.Election;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.ShardId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells operators who leads and why that changed, one line each: elections won and lost here,
 * leadership taken, handed over and given up. It only looks at replicas from outside, between their
 * steps. Of the loop's thread.
 *
 * <p>A node may lead thousands of shards, which all change at once when it goes: lines are bounded
 * by a {@link LineBudget}, and what was left out is told as a number.
 */
final class LeadershipLog {
  private static final Logger LOG = LoggerFactory.getLogger(LeadershipLog.class);
  private static final int LINES = 20;
  private static final Duration PERIOD = Duration.ofSeconds(10);

  private final NodeId self;
  private final LineBudget budget = new LineBudget(LINES, PERIOD);
  private final Map<ShardId, Known> shards = new HashMap<>();

  /** What was seen of a replica after its last step. */
  private static final class Known {
    private long leadingTerm;
    private boolean serving;

    /** It has asked for the next term while it leads this one. */
    private boolean handsOver;

    private long toldAt;
    private Optional<Asked> asked = Optional.empty();
  }

  /** An election that this node asked for. */
  private record Asked(Election election, long term, String why) {}

  LeadershipLog(NodeId self) {
    this.self = self;
  }

  void stepped(Replica replica, Output output, long now) {
    Known known = shards.computeIfAbsent(replica.shard(), it -> new Known());
    if (known.leadingTerm != output.leadingTerm()) {
      changed(replica, output, known, now);
    }
    if (output.swap().isPresent()) {
      asks(replica, output.swap().get().next(), known);
    } else if (known.asked.isPresent()) {
      settle(replica, known, known.asked.get(), now);
    }
    if (!known.serving && known.leadingTerm > 0 && replica.isServing()) {
      known.serving = true;
      say(
          now,
          "{}: {} leads term {} and serves, {} ms after it was told to",
          replica.shard(),
          self,
          known.leadingTerm,
          (now - known.toldAt) / 1_000_000);
    }
    known.handsOver = output.leadingTerm() > 0 && replica.isElecting();
  }

  void forget(ShardId shard) {
    shards.remove(shard);
  }

  /** To be called now and then, so that what was left out is told soon. */
  void tick(long now) {
    long leftOut = budget.leftOut(now);
    if (leftOut > 0) {
      LOG.info("{} more changes of leaders in the last {} s", leftOut, PERIOD.toSeconds());
    }
  }

  private void changed(Replica replica, Output output, Known known, long now) {
    if (known.leadingTerm > 0) {
      say(
          now,
          "{}: {} no longer leads term {}: {}",
          replica.shard(),
          self,
          known.leadingTerm,
          whyEnded(replica, known));
    }
    known.leadingTerm = output.leadingTerm();
    known.serving = false;
    known.toldAt = now;
  }

  private static String whyEnded(Replica replica, Known known) {
    if (known.handsOver && replica.isElecting()) {
      return "it hands over" + replica.config().preferredLeader().map(it -> " to " + it).orElse("");
    }
    if (replica.state().term() > known.leadingTerm) {
      return "term " + replica.state().term() + " has begun";
    }
    return replica.config().term() > known.leadingTerm
        ? "etcd names another term, " + replica.config().term()
        : "no majority of its voters answers";
  }

  /** A swap without a leader begins an election; one with a leader ends it. */
  private void asks(Replica replica, ShardConfig next, Known known) {
    if (next.leader().isEmpty() && next.election().isPresent()) {
      known.asked =
          Optional.of(new Asked(next.election().get(), next.term(), whyAsked(replica, known)));
    }
  }

  private static String whyAsked(Replica replica, Known known) {
    ShardConfig before = replica.config();
    if (known.leadingTerm > 0) {
      return "a planned hand-over";
    }
    return before
        .leader()
        .map(it -> "the leader " + it + " of term " + before.term() + " is missed")
        .orElse("term " + before.term() + " has no leader");
  }

  private void settle(Replica replica, Known known, Asked asked, long now) {
    ShardConfig config = replica.config();
    boolean ours = config.term() == asked.term() && config.election().equals(owner(asked));
    if (ours && config.leader().isPresent()) {
      known.asked = Optional.empty();
      say(
          now,
          "{}: {} won the election of term {} and named {}: {}",
          replica.shard(),
          self,
          asked.term(),
          config.leader().get(),
          asked.why());
    } else if (!ours && config.term() >= asked.term()) {
      known.asked = Optional.empty();
      say(
          now,
          "{}: {} lost the election of term {}: term {} belongs to {}",
          replica.shard(),
          self,
          asked.term(),
          config.term(),
          config.election().map(it -> it.owner().name()).orElse("nobody"));
    }
  }

  private static Optional<Election> owner(Asked asked) {
    return Optional.of(asked.election());
  }

  private void say(long now, String line, Object... values) {
    if (budget.take(now)) {
      LOG.info(line, values);
    }
  }
}
