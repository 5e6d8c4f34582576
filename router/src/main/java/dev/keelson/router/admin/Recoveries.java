package dev.keelson.router.admin;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.keelson.coordination.MetadataKeys;
import dev.keelson.coordination.MetadataStore;
import dev.keelson.coordination.MetadataStore.Change;
import dev.keelson.coordination.MetadataStore.Entry;
import dev.keelson.coordination.MetadataStore.Guard;
import dev.keelson.coordination.MetadataStore.Swap;
import dev.keelson.coordination.MetadataStore.SwapResult;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.shard.ForcedRecovery;
import dev.keelson.core.shard.ForcedRecovery.Decision;
import dev.keelson.core.shard.ForcedRecovery.Found;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.proto.internal.v1.RecoveryRecord;
import dev.keelson.proto.internal.v1.ReplicaRecord;
import dev.keelson.proto.internal.v1.ReplicaStatus;
import dev.keelson.proto.internal.v1.ShardRecord;
import dev.keelson.proto.v1.ForceRecoverRequest;
import dev.keelson.proto.v1.ForceRecoverResponse;
import dev.keelson.proto.v1.ShardRecovery;
import dev.keelson.router.node.NodeLinks;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets shards go on whose majority is lost for good, when an operator says so (R13): asks all nodes
 * what they have, shows what would be lost, and with consent changes the shards' records, each in
 * one swap with a record of what was given up. Blocks: for virtual threads.
 */
public final class Recoveries {
  private static final Logger LOG = LoggerFactory.getLogger(Recoveries.class);
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final long ANSWER_SECONDS = 5;
  private static final String SUSPENDED = "SUSPENDED";

  private final MetadataStore store;
  private final NodeLinks links;
  private final Counter forced;

  public Recoveries(MetadataStore store, NodeLinks links, CollectorRegistry registry) {
    this.store = store;
    this.links = links;
    this.forced =
        Counter.build(
                "keelson_router_forced_recoveries_total",
                "Shards that went on without their majority, by an operator's word.")
            .register(registry);
  }

  /** What is to be done for a shard, and what its survivor has said. */
  private record Case(ShardConfig record, Decision decision, List<ReplicaStatus> statuses) {}

  public ForceRecoverResponse recover(ForceRecoverRequest request)
      throws InterruptedException, ExecutionException {
    ForceRecoverResponse.Builder response = ForceRecoverResponse.newBuilder();
    for (Case shard : cases(request.getShardsList())) {
      ShardRecovery.Builder report = report(shard);
      if (request.getAcceptLoss() && shard.decision() instanceof Decision.Recover recover) {
        carryOut(shard.record(), recover, report);
      }
      response.addShards(report);
    }
    return response.build();
  }

  private List<Case> cases(List<Integer> wanted) throws InterruptedException, ExecutionException {
    Map<NodeId, NodeQuestions.NodeAnswer> answers = new NodeQuestions(links, PATIENCE).ask().get();
    List<Case> cases = new ArrayList<>();
    for (Entry entry : await(store.list(MetadataKeys.SHARDS)).entries()) {
      ShardConfig record = record(entry);
      if (wanted.isEmpty() || wanted.contains(record.id().number())) {
        List<Found> found = new ArrayList<>();
        List<ReplicaStatus> statuses = new ArrayList<>();
        answers.forEach(
            (node, answer) -> {
              statuses.addAll(statuses(record, answer));
              statuses(record, answer).forEach(it -> found.add(found(node, it)));
            });
        Decision decision = ForcedRecovery.decide(record, found);
        if (!wanted.isEmpty() || decision instanceof Decision.Recover) {
          cases.add(new Case(record, decision, statuses));
        }
      }
    }
    if (cases.size() < wanted.size()) {
      throw ErrorCode.INVALID_REQUEST.because("There are not all of the shards " + wanted);
    }
    return cases;
  }

  private static ShardConfig record(Entry entry) {
    try {
      return ShardConfig.fromRecord(ShardRecord.parseFrom(entry.value()), entry.modRevision());
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw ErrorCode.METADATA_UNAVAILABLE.because("The record " + entry.key() + " can't be read");
    }
  }

  /** A node without a storage id in its answer is of an earlier version, and does not count. */
  private static List<ReplicaStatus> statuses(ShardConfig record, NodeQuestions.NodeAnswer answer) {
    return answer instanceof NodeQuestions.NodeAnswer.Described described
        ? described.description().getReplicasList().stream()
            .filter(it -> it.getShard() == record.id().number() && !it.getStorageId().isEmpty())
            .toList()
        : List.of();
  }

  private static Found found(NodeId node, ReplicaStatus status) {
    return new Found(
        new ReplicaId(node, status.getStorageId()),
        status.getLastTerm(),
        status.getLastIndex(),
        status.getRole().equals(SUSPENDED),
        status.getDoubtful());
  }

  private static ShardRecovery.Builder report(Case shard) {
    ShardRecovery.Builder report =
        ShardRecovery.newBuilder().setShard(shard.record().id().number());
    switch (shard.decision()) {
      case Decision.Refuse refuse -> report.setRefused(refuse.why());
      case Decision.Recover recover -> {
        Found survivor = recover.survivor();
        report
            .setSurvivor(survivor.replica().node().name())
            .setLastTerm(survivor.lastTerm())
            .setLastIndex(survivor.lastIndex());
        shard.statuses().stream()
            .filter(it -> it.getStorageId().equals(survivor.replica().storage()))
            .forEach(it -> report.setCommitIndex(it.getCommitIndex()));
        recover.left().forEach(it -> report.addLeft(it.node().name()));
        recover.lost().forEach(it -> report.addLost(it.node().name()));
      }
    }
    return report;
  }

  /**
   * Guarded by the record that it was decided on; of an unknown outcome the next look tells (R1).
   */
  private void carryOut(ShardConfig record, Decision.Recover recover, ShardRecovery.Builder report)
      throws InterruptedException {
    ShardConfig next = recover.next();
    String shard = MetadataKeys.shard(record.id());
    String kept = MetadataKeys.recovery(record.id(), next.term());
    Swap swap =
        new Swap(
            List.of(new Guard(shard, record.revision()), new Guard(kept, 0)),
            List.of(
                new Change.Put(shard, next.toRecord().toByteString()),
                new Change.Put(kept, kept(next, recover).toByteString())));
    switch (await(store.swap(swap))) {
      case SwapResult.Swapped swapped -> {
        forced.inc();
        report.setDone(true);
        LOG.warn(
            "{}: recovered by force in term {}: goes on with {}, whose log ends with {} of term {};"
                + " given up: {}",
            record.id(),
            next.term(),
            recover.survivor().replica(),
            recover.survivor().lastIndex(),
            recover.survivor().lastTerm(),
            recover.lost());
      }
      case SwapResult.Refused refused ->
          report.setRefused("its record has changed meanwhile: look again");
      case SwapResult.Unknown unknown ->
          report.setRefused("etcd did not say whether it was done: look again");
    }
  }

  private static RecoveryRecord kept(ShardConfig next, Decision.Recover recover) {
    RecoveryRecord.Builder record =
        RecoveryRecord.newBuilder()
            .setShard(next.id().number())
            .setTerm(next.term())
            .setSurvivor(toRecord(recover.survivor().replica()))
            .setLastTerm(recover.survivor().lastTerm())
            .setLastIndex(recover.survivor().lastIndex())
            .setAtMillis(System.currentTimeMillis());
    recover.left().forEach(it -> record.addLeft(toRecord(it)));
    recover.lost().forEach(it -> record.addLost(toRecord(it)));
    return record.build();
  }

  private static ReplicaRecord toRecord(ReplicaId replica) {
    return ReplicaRecord.newBuilder()
        .setNode(replica.node().name())
        .setStorageId(replica.storage())
        .build();
  }

  private static <T> T await(CompletionStage<T> stage) throws InterruptedException {
    try {
      return stage.toCompletableFuture().get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw ErrorCode.METADATA_UNAVAILABLE.because("etcd can't be asked: " + e.getMessage());
    }
  }
}
