package dev.keelson.simulation;

import dev.keelson.simulation.check.Violation;
import dev.keelson.simulation.cluster.Cluster;
import dev.keelson.simulation.cluster.FaultInjector;
import dev.keelson.simulation.cluster.MembershipActor;
import dev.keelson.simulation.cluster.Workload;
import dev.keelson.simulation.world.Faults;
import dev.keelson.simulation.world.MembershipFaults;
import dev.keelson.simulation.world.VirtualTime;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One run: faults for a while, then everything is healed and the cluster must be available again.
 * Throws {@link Violation} when an invariant is broken; the same seed always does the same.
 */
public final class Simulation {
  private static final long SECOND = 1_000_000_000L;
  private static final long FAULTY = 8 * SECOND;
  private static final long HEALED = 8 * SECOND;
  private static final long MUST_SERVE_WITHIN = 6 * SECOND;
  private static final long MUST_SETTLE_WITHIN = 12 * SECOND;

  /** How long a run takes on virtual time. */
  public static final long SECONDS = (FAULTY + HEALED) / SECOND;

  private Simulation() {}

  /**
   * What a run did.
   *
   * @param fingerprint equal for two runs of one seed
   */
  public record Report(
      long seed,
      long events,
      long operations,
      long committed,
      int leaderships,
      long faults,
      long votersChanged,
      long changesUndone,
      long messagesLost,
      long fingerprint) {}

  public static Report run(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    VirtualTime time = new VirtualTime();
    Faults faults = Faults.draw(random);
    MembershipFaults membership = MembershipFaults.draw(random);
    int nodes = 3 + 2 * random.nextInt(2) + membership.spareNodes();
    Cluster cluster = new Cluster(time, random, faults, nodes, 1 + random.nextInt(3));
    Workload workload = new Workload(cluster, 2 + random.nextInt(4), 2 + random.nextInt(4));
    FaultInjector injector = new FaultInjector(cluster, faults);
    MembershipActor actor = new MembershipActor(cluster, membership);

    time.runUntil(FAULTY);
    injector.stop();
    if (!membership.equals(MembershipFaults.NONE)) {
      actor.stop();
    }
    cluster.healAll();
    time.runUntil(FAULTY + MUST_SERVE_WITHIN);
    List<Long> before = workload.perClient();
    time.runUntil(FAULTY + HEALED);
    mustServe(cluster, before, workload.perClient());
    mustSettle(cluster, time);
    return new Report(
        seed,
        time.made(),
        workload.completed(),
        cluster.committed().count(),
        cluster.leaders().count(),
        injector.injected() + actor.wishes() + actor.lostDisks(),
        cluster.voterSets().cleared(),
        cluster.voterSets().undone(),
        cluster.network().lost(),
        31 * (31 * time.made() + workload.completed()) + random.nextLong());
  }

  /** With everything healed, every shard gets the voters that are wanted. */
  private static void mustSettle(Cluster cluster, VirtualTime time) {
    long end = time.now() + MUST_SETTLE_WITHIN;
    while (time.now() < end && !isSettled(cluster)) {
      time.runUntil(time.now() + SECOND / 2);
    }
    if (!isSettled(cluster)) {
      throw new Violation("the wanted voters are not reached" + cluster.describe());
    }
  }

  private static boolean isSettled(Cluster cluster) {
    return cluster.shards().stream()
        .map(cluster::record)
        .allMatch(it -> it.isAsWanted() && it.learners().isEmpty());
  }

  /** With everything healed, no client may be stuck. */
  private static void mustServe(Cluster cluster, List<Long> before, List<Long> after) {
    for (int i = 0; i < before.size(); i++) {
      if (after.get(i) <= before.get(i)) {
        throw new Violation(
            "client " + i + " gets no answers although everything is healed" + cluster.describe());
      }
    }
  }
}
