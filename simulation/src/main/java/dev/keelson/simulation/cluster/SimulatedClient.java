package dev.keelson.simulation.cluster;

import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.CommandResult;
import dev.keelson.proto.internal.v1.NodeAnswer;
import dev.keelson.proto.internal.v1.NodeCall;
import dev.keelson.proto.internal.v1.ReadRows;
import dev.keelson.proto.internal.v1.StoredRow;
import dev.keelson.proto.v1.Consistency;
import dev.keelson.proto.v1.Proof;
import dev.keelson.proto.v1.ReadOptions;
import dev.keelson.proto.v1.WriteId;
import dev.keelson.simulation.check.Coverage.Event;
import dev.keelson.simulation.check.Invariant;
import dev.keelson.simulation.check.KeyHistory;
import dev.keelson.simulation.check.ShardHistory;
import dev.keelson.simulation.check.Violation;
import dev.keelson.simulation.world.Faults;
import dev.keelson.simulation.world.VirtualTime;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * An application with its router: one operation at a time, sent again with the same name until it
 * is answered, at whatever node may lead. Holds every answer against the history of its key.
 */
final class SimulatedClient {
  private static final long MILLISECOND = 1_000_000;

  /** The attempt of an operation between two attempts. */
  private static final long WAITING = -1;

  private final Cluster cluster;
  private final VirtualTime time;
  private final RandomGenerator random;
  private final Registers registers;
  private final Habit habit;
  private final SeenBySession seen;
  private long session;
  private long sequence;
  private final long lease;
  private long attempt;

  /** Sendings of the operation that may still have an effect that nobody has told us of. */
  private int unsettled;

  private Operation current;
  private NodeId target;
  private boolean stopped;
  private long completed;

  /**
   * What is asked, of which key.
   *
   * @param value unique in the run
   */
  private record Operation(
      Kind kind,
      int register,
      long value,
      long version,
      long sequence,
      long maxStalenessMillis,
      long invokedAt) {}

  private enum Kind {
    PUT,
    SWAP,
    LEASE_READ,
    QUORUM_READ,
    BOUNDED_READ,
    STALE_READ;

    boolean isWrite() {
      return this == PUT || this == SWAP;
    }

    boolean isForAnyReplica() {
      return this == BOUNDED_READ || this == STALE_READ;
    }
  }

  /** What a client does again and again. */
  enum Habit {
    WRITES_AND_READS(Kind.PUT, Kind.SWAP, Kind.LEASE_READ, Kind.QUORUM_READ),
    /** Asks a leader as long as that answers: who would notice that it is none any more. */
    READS_AT_LEADERS(Kind.LEASE_READ),
    /** Asks any replica, at all levels, and expects to see what it has written and seen. */
    READS_ANYWHERE(
        Kind.PUT,
        Kind.LEASE_READ,
        Kind.BOUNDED_READ,
        Kind.BOUNDED_READ,
        Kind.BOUNDED_READ,
        Kind.STALE_READ);

    private final List<Kind> kinds;

    Habit(Kind... kinds) {
      this.kinds = List.of(kinds);
    }

    Kind draw(RandomGenerator random) {
      return kinds.size() == 1 ? kinds.getFirst() : kinds.get(random.nextInt(kinds.size()));
    }
  }

  SimulatedClient(Cluster cluster, Registers registers, Habit habit) {
    this.habit = habit;
    this.cluster = cluster;
    seen = new SeenBySession(registers.count());
    this.registers = registers;
    time = cluster.time();
    random = cluster.random();
    lease = cluster.shape().leaseNanos();
    session = registers.nextSession();
    target = cluster.nodes().getFirst();
    current = next();
    time.after(random.nextLong(300 * MILLISECOND), this::send);
  }

  /** Begins no further operation. */
  void stop() {
    stopped = true;
  }

  long completed() {
    return completed;
  }

  private Operation next() {
    Kind kind = habit.draw(random);
    int register = random.nextInt(registers.count());
    if (kind.isForAnyReplica()) {
      target = any();
    }
    return new Operation(
        kind,
        register,
        kind.isWrite() ? registers.nextValue() : 0,
        Math.max(1, registers.lastSeen(register)),
        kind.isWrite() ? ++sequence : 0,
        kind == Kind.BOUNDED_READ ? 1 + random.nextLong(lease / MILLISECOND) : 0,
        time.now());
  }

  private void begin() {
    attempt = 0;
    unsettled = 0;
    if (!stopped) {
      current = next();
      send();
    }
  }

  private void send() {
    long thisAttempt = registers.nextAttempt();
    attempt = thisAttempt;
    NodeCall call = call();
    Faults faults = cluster.faults();
    deliver(call, thisAttempt);
    if (random.nextDouble() < faults.duplication()) {
      deliver(call, thisAttempt);
    }
    time.after(lease / 20 + random.nextLong(lease / 2), () -> tryElsewhere(thisAttempt));
  }

  /** Some calls come late, when their client has long gone on. */
  private void deliver(NodeCall call, long ofAttempt) {
    Faults faults = cluster.faults();
    NodeId node = target;
    Operation operation = current;
    unsettled++;
    long delay = 100_000 + random.nextLong(MILLISECOND);
    if (random.nextDouble() < faults.slowShare()) {
      delay += random.nextLong(faults.slowNanos());
    }
    time.after(
        delay,
        () ->
            cluster
                .node(node)
                .shards()
                .ifPresent(
                    it -> {
                      if (call.getLeastIndex()
                          > cluster.node(node).applied(new ShardId(call.getShard()))) {
                        cluster.coverage().saw(Event.SESSION_AHEAD_OF_ROWS);
                      }
                      it.call(call, answer -> answered(operation, ofAttempt, answer));
                    }));
  }

  private NodeCall call() {
    NodeCall.Builder call =
        NodeCall.newBuilder()
            .setId(1)
            .setShard(registers.shard(current.register()).number())
            .setDeadlineMillis((int) (2 * lease / MILLISECOND));
    String name = registers.name(current.register());
    WriteId id =
        WriteId.newBuilder()
            .setSession(session)
            .setSequence(current.sequence())
            .setAnsweredBelow(current.sequence())
            .build();
    return switch (current.kind()) {
      case PUT -> call.setCommand(ClientTable.put(name, current.value(), id)).build();
      case SWAP ->
          call.setCommand(ClientTable.swap(name, current.version(), current.value(), id)).build();
      case LEASE_READ -> call.setRead(read(name, ReadOptions.newBuilder())).build();
      case QUORUM_READ ->
          call.setRead(read(name, ReadOptions.newBuilder().setConfirmByQuorum(true))).build();
      case BOUNDED_READ -> call.setRead(read(name, bounded())).setLeastIndex(least()).build();
      case STALE_READ -> call.setRead(read(name, stale())).setLeastIndex(least()).build();
    };
  }

  private ReadOptions.Builder bounded() {
    return ReadOptions.newBuilder()
        .setConsistency(Consistency.BOUNDED)
        .setMaxStalenessMillis(current.maxStalenessMillis());
  }

  private static ReadOptions.Builder stale() {
    return ReadOptions.newBuilder().setConsistency(Consistency.STALE);
  }

  /** As the client library: reads that a leader proves need no token. */
  private long least() {
    return seen.leastIndex(registers.shard(current.register()));
  }

  private static ReadRows read(String name, ReadOptions.Builder options) {
    return ReadRows.newBuilder().addKeys(ClientTable.key(name)).setOptions(options).build();
  }

  /** A replica answers just now: what it claims is held to what leaders have answered. */
  private void answered(Operation operation, long ofAttempt, NodeAnswer answer) {
    ShardHistory history = registers.shardHistory(operation.register());
    if (answer.getProof() != Proof.FOLLOWER) {
      history.acknowledged(answer.getIndex(), time.now());
    } else if (answer.hasAgeMillis()) {
      history.shows(answer.getIndex(), time.now() - answer.getAgeMillis() * MILLISECOND);
    }
    answerLater(operation, ofAttempt, answer);
  }

  private void answerLater(Operation operation, long ofAttempt, NodeAnswer answer) {
    time.after(100_000 + random.nextLong(MILLISECOND), () -> receive(operation, ofAttempt, answer));
  }

  private void receive(Operation operation, long ofAttempt, NodeAnswer answer) {
    if (operation != current || attempt == 0) {
      return;
    }
    boolean refused = answer.hasError() && !answer.getError().getError().getOutcomeUnknown();
    if (refused) {
      unsettled--;
    }
    if (ofAttempt != attempt) {
      return;
    }
    if (answer.hasError()) {
      failed(answer, refused);
    } else if (answer.hasWritten()) {
      seen.answered(registers.shard(current.register()), answer.getIndex());
      written(answer.getWritten());
    } else {
      read(answer);
    }
  }

  /** What was refused wherever it was sent is sometimes given up: it must never take place. */
  private void failed(NodeAnswer answer, boolean refused) {
    if (current.sequence() > 0) {
      cluster
          .coverage()
          .saw(refused ? Event.WRITE_REFUSED_FOR_GOOD : Event.WRITE_OF_UNKNOWN_OUTCOME);
    }
    if (refused && unsettled == 0 && current.sequence() > 0 && random.nextInt(3) == 0) {
      registers.history(current.register()).refused(current.value());
      done();
      return;
    }
    String leader = answer.getError().getLeader();
    boolean anywhere = leader.isEmpty() || current.kind().isForAnyReplica();
    target = anywhere ? any() : new NodeId(leader);
    if (answer.getError().getError().getCode().equals(ErrorCode.TOO_STALE.name())) {
      cluster.coverage().saw(Event.READ_REFUSED_AS_TOO_STALE);
    }
    attempt = WAITING;
    time.after((2 + random.nextLong(lease / MILLISECOND / 20)) * MILLISECOND, () -> again(current));
  }

  private void again(Operation operation) {
    if (operation == current) {
      send();
    }
  }

  private void tryElsewhere(long ofAttempt) {
    if (ofAttempt == attempt) {
      target = any();
      send();
    }
  }

  private void written(CommandResult result) {
    KeyHistory history = registers.history(current.register());
    switch (result.getOutcome()) {
      case APPLIED -> {
        history.wrote(current.value(), result.getVersion(), current.invokedAt(), time.now());
        registers.seen(current.register(), result.getVersion());
        seen.wrote(current.register(), result.getVersion());
      }
      case ROW_NOT_FOUND, CONDITION_FAILED -> history.refused(current.value());
      case SESSION_EXPIRED -> session = registers.nextSession();
      case ROW_EXISTS,
          ALREADY_ANSWERED,
          SESSION_FULL,
          MALFORMED,
          OUTCOME_UNSPECIFIED,
          UNRECOGNIZED ->
          throw new Violation(Invariant.LINEARIZABLE, "a client got " + result + " for " + current);
    }
    done();
  }

  private void read(NodeAnswer answer) {
    StoredRow row = answer.getRows().getRows(0);
    String name = registers.name(current.register());
    long value = row.getFound() ? ClientTable.value(name, row.getRow()) : 0;
    check(answer, value, row.getVersion());
    seen.read(current.register(), row.getVersion(), name);
    seen.answered(registers.shard(current.register()), answer.getIndex());
    registers.seen(current.register(), row.getVersion());
    done();
  }

  private void check(NodeAnswer answer, long value, long version) {
    KeyHistory history = registers.history(current.register());
    if (answer.getProof() != Proof.FOLLOWER) {
      history.read(value, version, current.invokedAt(), time.now(), answer.getProof().name());
      cluster
          .coverage()
          .saw(answer.getProof() == Proof.LEASE ? Event.READ_BY_LEASE : Event.READ_BY_QUORUM);
    } else if (answer.hasAgeMillis()) {
      if (answer.getAgeMillis() > current.maxStalenessMillis()) {
        throw new Violation(
            Invariant.AS_FRESH_AS_PROVEN, current + " was answered with " + answer.getAgeMillis());
      }
      // The replica took the value after we asked for it, so it is younger than that by our clock.
      history.readAsOf(current.invokedAt() - answer.getAgeMillis() * MILLISECOND, value, version);
      cluster.coverage().saw(Event.READ_BY_CERTIFICATE);
    } else {
      history.readStale(value, version);
      cluster.coverage().saw(Event.READ_WITHOUT_PROOF);
    }
  }

  private void done() {
    completed++;
    attempt = 0;
    time.after(random.nextLong(lease / 5), this::begin);
  }

  private NodeId any() {
    List<NodeId> nodes = cluster.living();
    return nodes.get(random.nextInt(nodes.size()));
  }
}
