package dev.keelson.datanode.journal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.keelson.core.replication.Position;
import dev.keelson.core.replication.ReplicaState;
import dev.keelson.core.shard.NodeId;
import dev.keelson.proto.internal.v1.StoredReplicaState;
import java.util.Optional;

/** A replica's state as it lies in records. */
final class ReplicaStates {
  /** Far above what a state takes; a longer payload is none. */
  static final int MAX_BYTES = 4096;

  private ReplicaStates() {}

  static ByteString encode(ReplicaState state) {
    return StoredReplicaState.newBuilder()
        .setStorage(state.storage())
        .setTerm(state.term())
        .setAcceptedLeader(state.acceptedLeader().map(NodeId::name).orElse(""))
        .setRetired(state.retired())
        .setSuspended(state.suspended())
        .setDoubtful(state.doubtful())
        .setBaseTerm(state.base().term())
        .setBaseIndex(state.base().index())
        .setBaseChecksum(state.base().checksum())
        .setCommitHint(state.commitHint())
        .setFencedBy(state.fencedBy())
        .build()
        .toByteString();
  }

  /** Empty when the bytes are no state. */
  static Optional<ReplicaState> decode(byte[] bytes) {
    try {
      StoredReplicaState stored = StoredReplicaState.parseFrom(bytes);
      Optional<NodeId> leader =
          stored.getAcceptedLeader().isEmpty()
              ? Optional.empty()
              : Optional.of(new NodeId(stored.getAcceptedLeader()));
      return Optional.of(
          new ReplicaState(
              stored.getStorage(),
              stored.getTerm(),
              leader,
              stored.getFencedBy(),
              stored.getRetired(),
              stored.getSuspended(),
              stored.getDoubtful(),
              new Position(stored.getBaseTerm(), stored.getBaseIndex(), stored.getBaseChecksum()),
              stored.getCommitHint()));
    } catch (InvalidProtocolBufferException | IllegalArgumentException notAState) {
      return Optional.empty();
    }
  }
}
