package dev.keelson.simulation.cluster;

import dev.keelson.core.shard.HashRange;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.CommandResult;
import dev.keelson.proto.internal.v1.NodeAnswer;
import dev.keelson.proto.internal.v1.NodeCall;
import dev.keelson.proto.internal.v1.ReadRows;
import dev.keelson.proto.internal.v1.StoredRow;
import dev.keelson.proto.v1.ReadOptions;
import dev.keelson.proto.v1.WriteId;
import dev.keelson.simulation.check.KeyHistory;
import dev.keelson.simulation.check.Violation;
import dev.keelson.simulation.world.VirtualTime;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * An application with its router: one operation at a time, sent again with the same name until it
 * is answered, at whatever node may lead. Holds every answer against the history of its key.
 */
final class SimulatedClient {
  private static final long MILLISECOND = 1_000_000;

  private final Cluster cluster;
  private final VirtualTime time;
  private final RandomGenerator random;
  private final Registers registers;
  private final boolean readsOnly;
  private long session;
  private long sequence;
  private long attempt;
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
    session = registers.nextSession();
    target = cluster.nodes().getFirst();
    current = next();
    time.after(random.nextLong(300 * MILLISECOND), this::send);
  }

  /** Begins no further operation. */
  void stop() {
    stopped = true;
  }

  boolean isIdle() {
    return stopped && attempt == 0;
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
    if (!stopped) {
      current = next();
      send();
    }
  }

  private void send() {
    long thisAttempt = ++registers.attempts;
    attempt = thisAttempt;
    NodeCall call = call();
    NodeId node = target;
    time.after(
        100_000 + random.nextLong(MILLISECOND),
        () ->
            cluster
                .node(node)
                .shards()
                .ifPresent(it -> it.call(call, answer -> answerLater(thisAttempt, answer))));
    time.after((50 + random.nextLong(500)) * MILLISECOND, () -> tryElsewhere(thisAttempt));
  }

  private NodeCall call() {
    NodeCall.Builder call =
        NodeCall.newBuilder()
            .setId(1)
            .setShard(registers.shard(current.register()).number())
            .setDeadlineMillis(2_000);
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

  private void answerLater(long ofAttempt, NodeAnswer answer) {
    time.after(100_000 + random.nextLong(MILLISECOND), () -> receive(ofAttempt, answer));
  }

  private void receive(long ofAttempt, NodeAnswer answer) {
    if (ofAttempt != attempt) {
      return;
    }
    if (answer.hasError()) {
      String leader = answer.getError().getLeader();
      target = leader.isEmpty() ? any() : new NodeId(leader);
      attempt = 0;
      time.after((5 + random.nextLong(50)) * MILLISECOND, this::send);
    } else if (answer.hasWritten()) {
      written(answer.getWritten());
    } else {
      read(answer);
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
      case ROW_NOT_FOUND, CONDITION_FAILED -> {}
      case SESSION_EXPIRED -> session = registers.nextSession();
      case ROW_EXISTS,
          ALREADY_ANSWERED,
          SESSION_FULL,
          MALFORMED,
          OUTCOME_UNSPECIFIED,
          UNRECOGNIZED ->
          throw new Violation("a client got " + result + " for " + current);
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
    registers.seen(current.register(), row.getVersion());
    done();
  }

  private void done() {
    completed++;
    attempt = 0;
    time.after(random.nextLong(60 * MILLISECOND), this::begin);
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
