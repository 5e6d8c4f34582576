package dev.keelson.simulation;

import dev.keelson.simulation.check.Coverage;
import dev.keelson.simulation.check.Invariant;
import dev.keelson.simulation.check.Violation;
import dev.keelson.simulation.cluster.Cluster;
import dev.keelson.simulation.cluster.EtcdSetBack;
import dev.keelson.simulation.cluster.FaultInjector;
import dev.keelson.simulation.cluster.MembershipActor;
import dev.keelson.simulation.cluster.Workload;
import dev.keelson.simulation.world.Faults;
import dev.keelson.simulation.world.MembershipFaults;
import dev.keelson.simulation.world.SetBack;
import dev.keelson.simulation.world.Shape;
import dev.keelson.simulation.world.Trace;
import dev.keelson.simulation.world.VirtualTime;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * One run: faults for a while, then everything is healed and the cluster must be available again.
 * Throws {@link Violation} when an invariant is broken; the same seed always does the same.
 */
public final class Simulation {
  private static final long SECOND = 1_000_000_000L;
  private static final int FAULTY_LEASES = 6;
  private static final int HEALING_LEASES = 8;
  private static final long HEALING_STEP = SECOND / 10;

  /** Operations that a client must complete: the first of them may have been on its way before. */
  private static final int SERVED = 3;

  /** For a generator beside that of the seed. */
  private static final long SNAPSHOTS = 0x5EED_0F_5A_A5L;

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
      double seconds,
      Map<Coverage.Event, Long> coverage,
      long fingerprint) {}

  public static Report run(long seed) {
    return run(seed, Trace.NONE);
  }

  /** The same run, told as it goes. */
  public static Report run(long seed, Trace trace) {
    SplittableRandom random = new SplittableRandom(seed);
    VirtualTime time = new VirtualTime();
    // From a generator of its own: runs without snapshots are what they were before there were any.
    Shape drawn = Shape.draw(random).withSnapshots(new SplittableRandom(seed ^ SNAPSHOTS));
    Faults faults = Faults.draw(random, drawn);
    SetBack setBack = SetBack.draw(seed);
    MembershipFaults wanted = MembershipFaults.draw(random, drawn);
    // Voters that a backup does not know of are beyond what an adoption can bring back (R14).
    MembershipFaults membership = setBack == SetBack.NEVER ? wanted : MembershipFaults.NONE;
    Shape shape = drawn.withSpares(membership.spareNodes());
    trace.line(0, () -> shape + " " + faults);
    Cluster cluster = new Cluster(time, random, shape, faults, membership, trace);
    Workload workload = new Workload(cluster, 2 + random.nextInt(3), 2 + random.nextInt(4));
    FaultInjector injector = new FaultInjector(cluster, faults);
    MembershipActor actor = new MembershipActor(cluster, membership);
    EtcdSetBack etcd = new EtcdSetBack(cluster, setBack, seed);

    boolean votersChange = !membership.equals(MembershipFaults.NONE);
    time.runUntil((votersChange ? 2 : 1) * FAULTY_LEASES * shape.leaseNanos());
    injector.stop();
    if (votersChange) {
      actor.stop();
    }
    etcd.adopt();
    cluster.healAll();
    // What was on its way to the metadata store may hold an election up until it is given up.
    long bound = time.now() + 2 * SECOND + HEALING_LEASES * shape.leaseNanos();
    mustServe(cluster, workload, bound);
    mustSettle(cluster, bound + 8 * SECOND);
    workload.stop();
    mustBeEqual(cluster, bound + 10 * SECOND + 4 * shape.leaseNanos());
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
        time.now() / 1e9,
        cluster.coverage().counts(),
        31 * (31 * time.made() + workload.completed()) + random.nextLong());
  }

  /** With everything healed, every client gets answers to what it asks from now on. */
  private static void mustServe(Cluster cluster, Workload workload, long bound) {
    List<Long> before = workload.perClient();
    while (!workload.isBeyond(before, SERVED)) {
      if (cluster.now() >= bound) {
        throw new Violation(
            Invariant.AVAILABLE,
            "a client gets no answers although everything is healed: "
                + before
                + " then, "
                + workload.perClient()
                + " now"
                + cluster.describe());
      }
      cluster.runFor(HEALING_STEP);
    }
  }

  /** With everything healed, every shard gets the voters that are wanted. */
  private static void mustSettle(Cluster cluster, long bound) {
    while (!isSettled(cluster)) {
      if (cluster.now() >= bound) {
        throw new Violation(
            Invariant.AVAILABLE, "the wanted voters are not reached" + cluster.describe());
      }
      cluster.runFor(HEALING_STEP);
    }
  }

  private static boolean isSettled(Cluster cluster) {
    return cluster.shards().stream()
        .map(cluster::record)
        .allMatch(it -> it.isAsWanted() && it.learners().isEmpty());
  }

  /** With everything healed and nobody writing, all replicas of a shard become equal. */
  private static void mustBeEqual(Cluster cluster, long bound) {
    while (!cluster.unequal().isEmpty()) {
      if (cluster.now() >= bound) {
        throw new Violation(
            Invariant.AVAILABLE,
            "replicas differ although everything is healed: "
                + cluster.unequal()
                + cluster.describe());
      }
      cluster.runFor(HEALING_STEP);
    }
  }
}
