package dev.keelson.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.keelson.core.shard.Election;
import dev.keelson.core.shard.HashRange;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.Append;
import dev.keelson.proto.internal.v1.AppendAck;
import dev.keelson.proto.internal.v1.BecomeLeader;
import dev.keelson.proto.internal.v1.Entry;
import dev.keelson.proto.internal.v1.NewTerm;
import dev.keelson.proto.internal.v1.NewTermAnswer;
import dev.keelson.proto.internal.v1.PeerMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One replica, a, of a shard with the voters a, b and c; the test plays the others, the journal and
 * etcd.
 */
final class Scenario {
  static final NodeId A = new NodeId("a");
  static final NodeId B = new NodeId("b");
  static final NodeId C = new NodeId("c");
  static final NodeId D = new NodeId("d");
  static final NodeId E = new NodeId("e");
  static final long BOOT = 7;
  static final long SECOND = 1_000_000_000L;

  final Replica replica;
  final List<Outgoing> sent = new ArrayList<>();
  Output last;

  /** The last swap that takes a term. */
  @Nullable SwapRequest claimed;

  long now = 100 * SECOND;
  private long revision = 1;
  private long persistSequence;

  Scenario() {
    this(ReplicaState.fresh("disk-a"));
  }

  Scenario(ReplicaState state) {
    replica =
        new Replica(
            config(0, Optional.empty()),
            A,
            BOOT,
            ReplicationSettings.DEFAULTS,
            new SplittableRandom(1),
            state,
            Position.ZERO,
            List.of(),
            0,
            now);
    last = step(new Input.PeerFound(B, "disk-b"), new Input.PeerFound(C, "disk-c"));
  }

  ShardConfig config(long term, Optional<NodeId> leader) {
    return new ShardConfig(
        new ShardId(1),
        1,
        HashRange.ALL,
        term,
        term == 0 ? Optional.empty() : Optional.of(new Election(B, 1, term)),
        leader,
        List.of(new ReplicaId(A, "disk-a"), new ReplicaId(B, "disk-b"), new ReplicaId(C, "disk-c")),
        List.of(),
        List.of(),
        Optional.empty(),
        revision++);
  }

  /** The record changes, as the watch tells it. */
  Output configure(UnaryOperator<ShardConfig> change) {
    return step(new Input.Configured(change.apply(replica.config()).withRevision(revision++)));
  }

  /** The last swap takes place, and its answer says so. */
  Output swapped() {
    SwapRequest request = last.swap().orElseThrow();
    return step(
        new Input.SwapAnswered(
            request.attempt(), Optional.of(request.next().withRevision(revision++))));
  }

  /** The last swap was refused, or lost, and this is what stands there now. */
  Output swapAnswered(Optional<ShardConfig> current) {
    SwapRequest request = last.swap().orElseThrow();
    return step(
        new Input.SwapAnswered(request.attempt(), current.map(it -> it.withRevision(revision++))));
  }

  Output tickAfter(long nanos) {
    now += nanos;
    return step(new Input.Tick());
  }

  Output fenced(NodeId voter, String storage, Position head) {
    SwapRequest claim = Objects.requireNonNull(claimed);
    return receive(
        voter,
        PeerMessage.newBuilder()
            .setNewTermAnswer(
                NewTermAnswer.newBuilder()
                    .setTerm(claim.next().term())
                    .setNonce(claim.next().election().orElseThrow().nonce())
                    .setHead(head.toProto())
                    .setBoot(1)
                    .setStorageId(storage)));
  }

  /** One step; its messages are gathered in {@link #sent}. */
  Output step(Input... inputs) {
    sent.clear();
    last = replica.step(List.of(inputs), now);
    persistSequence = Math.max(persistSequence, last.persistSequence());
    sent.addAll(last.messages());
    last.swap().filter(it -> it.next().leader().isEmpty()).ifPresent(it -> claimed = it);
    return last;
  }

  Output receive(NodeId from, PeerMessage.Builder message) {
    return step(new Input.Received(from, 1, message.build()));
  }

  /** Everything handed to the journal is durable. */
  Output persist() {
    return step(new Input.Persisted(persistSequence));
  }

  Output newTerm(NodeId from, long term) {
    return receive(
        from,
        PeerMessage.newBuilder().setNewTerm(NewTerm.newBuilder().setTerm(term).setNonce(term)));
  }

  /** Fences a, names it in etcd and tells it to lead. */
  void lead(long term) {
    newTerm(B, term);
    persist();
    step(new Input.Configured(config(term, Optional.of(A))));
    becomeLeader(term, replica.head(), BOOT);
  }

  Output becomeLeader(long term, Position head, long boot) {
    return receive(
        B,
        PeerMessage.newBuilder()
            .setBecomeLeader(
                BecomeLeader.newBuilder().setTerm(term).setHead(head.toProto()).setBoot(boot)));
  }

  Output ack(NodeId from, long term, long index) {
    return receive(
        from,
        PeerMessage.newBuilder()
            .setAppendAck(
                AppendAck.newBuilder()
                    .setTerm(term)
                    .setAccepted(true)
                    .setMatchIndex(index)
                    .setCommitIndex(index)));
  }

  Output ack(ReplicaId from, long term, long index) {
    return receive(
        from.node(),
        PeerMessage.newBuilder()
            .setAppendAck(
                AppendAck.newBuilder()
                    .setTerm(term)
                    .setAccepted(true)
                    .setMatchIndex(index)
                    .setIncarnation(from.incarnation())));
  }

  Output append(NodeId from, long term, Position previous, long commit, LogEntry... entries) {
    Append.Builder append =
        Append.newBuilder().setTerm(term).setPrevious(previous.toProto()).setCommitIndex(commit);
    List.of(entries).forEach(it -> append.addEntries(it.toProto()));
    return receive(from, PeerMessage.newBuilder().setAppend(append));
  }

  static LogEntry entry(Position previous, long term, String payload) {
    return LogEntry.following(previous, term, Entry.Kind.COMMAND, ByteString.copyFromUtf8(payload));
  }

  /** The messages of one kind among those of the last step. */
  List<PeerMessage> sent(PeerMessage.BodyCase kind) {
    return sent.stream().map(Outgoing::message).filter(it -> it.getBodyCase() == kind).toList();
  }

  void ackWithoutCommit(NodeId from) {
    receive(
        from,
        PeerMessage.newBuilder()
            .setAppendAck(AppendAck.newBuilder().setTerm(1).setAccepted(true).setMatchIndex(1)));
  }

  /** Leads, and its barrier is committed and applied. */
  void serve(long term) {
    lead(term);
    persist();
    ack(B, term, replica.head().index());
    step(new Input.Applied(replica.head().index()));
    assertThat(replica.isServing()).isTrue();
  }

  void fenceInto(long term) {
    newTerm(B, term);
    persist();
  }

  void follow(long term, NodeId leader) {
    fenceInto(term);
    step(new Input.Configured(config(term, Optional.of(leader))));
    append(leader, term, Position.ZERO, 0, entry(Position.ZERO, term, "barrier"));
    persist();
    assertThat(List.of(leader)).contains(replica.state().acceptedLeader().orElseThrow());
  }
}
