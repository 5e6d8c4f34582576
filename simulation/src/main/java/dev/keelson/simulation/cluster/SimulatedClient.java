package dev.keelson.simulation.cluster;

import dev.keelson.core.shard.HashRange;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.CommandResult;
import dev.keelson.proto.internal.v1.NodeAnswer;
import dev.keelson.proto.internal.v1.NodeCall;
import dev.keelson.proto.internal.v1.ReadRows;
import dev.keelson.proto.internal.v1.StoredRow;
import dev.keelson.proto.v1.Proof;
import dev.keelson.proto.v1.ReadOptions;
import dev.keelson.proto.v1.WriteId;
import dev.keelson.simulation.check.Coverage.Event;
import dev.keelson.simulation.check.Invariant;
import dev.keelson.simulation.check.KeyHistory;
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
  private final boolean readsOnly;
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

  /** What is asked, of which key; {@code value} is unique in the run. */
  private record Operation(
      Kind kind, int register, long value, long version, long sequence, long invokedAt) {}

  private enum Kind {
    PUT,
    SWAP,
    LEASE_READ,
    QUORUM_READ
  }

  /**
   * @param readsOnly asks a leader again and again, as long as that answers: who would notice that
   *     it is none any more
   */
  SimulatedClient(Cluster cluster, Registers registers, boolean readsOnly) {
    this.readsOnly = readsOnly;
    this.cluster = cluster;
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
    Kind kind = readsOnly ? Kind.LEASE_READ : Kind.values()[random.nextInt(Kind.values().length)];
    int register = random.nextInt(registers.count());
    boolean isWrite = kind == Kind.PUT || kind == Kind.SWAP;
    return new Operation(
        kind,
        register,
        isWrite ? registers.nextValue() : 0,
        Math.max(1, registers.lastSeen(register)),
        isWrite ? ++sequence : 0,
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
    long thisAttempt = ++registers.attempts;
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
                    it -> it.call(call, answer -> answerLater(operation, ofAttempt, answer))));
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
      case LEASE_READ -> call.setRead(read(name, false)).build();
      case QUORUM_READ -> call.setRead(read(name, true)).build();
    };
  }

  private static ReadRows read(String name, boolean byQuorum) {
    return ReadRows.newBuilder()
        .addKeys(ClientTable.key(name))
        .setOptions(ReadOptions.newBuilder().setConfirmByQuorum(byQuorum))
        .build();
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
    target = leader.isEmpty() ? any() : new NodeId(leader);
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
    registers
        .history(current.register())
        .read(value, row.getVersion(), current.invokedAt(), time.now(), answer.getProof().name());
    cluster
        .coverage()
        .saw(answer.getProof() == Proof.LEASE ? Event.READ_BY_LEASE : Event.READ_BY_QUORUM);
    registers.seen(current.register(), row.getVersion());
    done();
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

  /** Keys, what clients know of them, and numbers that are unique in the run. */
  static final class Registers {
    private final List<ShardId> shards;
    private final String[] names;
    private final KeyHistory[] histories;
    private final long[] lastSeen;
    private long attempts;
    private long values;
    private long sessions;

    Registers(List<ShardId> shards, int count) {
      this.shards = shards;
      histories = new KeyHistory[count];
      lastSeen = new long[count];
      names = new String[count];
      for (int i = 0; i < count; i++) {
        names[i] = nameInShard(i);
        histories[i] = new KeyHistory(names[i]);
      }
    }

    /** Shards have equal ranges of hashes, in their order. */
    private String nameInShard(int register) {
      HashRange range = HashRange.part(register % shards.size(), shards.size());
      String name = "r" + register;
      for (int tried = 0; !range.contains(ClientTable.partitionHash(name)); tried++) {
        name = "r" + register + "-" + tried;
      }
      return name;
    }

    int count() {
      return histories.length;
    }

    String name(int register) {
      return names[register];
    }

    ShardId shard(int register) {
      return shards.get(register % shards.size());
    }

    KeyHistory history(int register) {
      return histories[register];
    }

    long lastSeen(int register) {
      return lastSeen[register];
    }

    void seen(int register, long version) {
      lastSeen[register] = Math.max(lastSeen[register], version);
    }

    long nextValue() {
      return ++values;
    }

    long nextSession() {
      return ++sessions;
    }
  }
}
