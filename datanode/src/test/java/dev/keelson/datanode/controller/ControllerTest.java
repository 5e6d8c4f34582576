package dev.keelson.datanode.controller;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.keelson.coordination.InMemoryMetadataStore;
import dev.keelson.coordination.MetadataKeys;
import dev.keelson.coordination.MetadataStore;
import dev.keelson.coordination.MetadataStore.Change;
import dev.keelson.coordination.MetadataStore.Entry;
import dev.keelson.coordination.MetadataStore.Guard;
import dev.keelson.coordination.MetadataStore.Registration;
import dev.keelson.coordination.MetadataStore.Swap;
import dev.keelson.coordination.MetadataStore.SwapResult;
import dev.keelson.core.placement.MoveLimits;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.WantedVoters;
import dev.keelson.proto.internal.v1.ControllerRecord;
import dev.keelson.proto.internal.v1.DrainRecord;
import dev.keelson.proto.internal.v1.IdentityRecord;
import dev.keelson.proto.internal.v1.NodeRecord;
import dev.keelson.proto.internal.v1.ShardRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rounds and whole controllers, against the metadata store in memory. */
class ControllerTest {
  private static final ControllerConfig CONFIG =
      new ControllerConfig(
          3,
          3,
          3,
          Duration.ofMillis(10),
          Duration.ofMillis(20),
          new MoveLimits(8, 8),
          Duration.ofMillis(50));

  private final InMemoryMetadataStore store = new InMemoryMetadataStore();
  private final Map<String, Registration> registrations = new HashMap<>();

  @AfterEach
  void close() {
    store.close();
  }

  // ---- rounds

  @Test
  void aFirstRoundMakesTheKeyspaceAndTheNextItsShards() throws Exception {
    nodes("n1", "n2", "n3");
    long claim = claim();

    round(claim, CONFIG);
    assertThat(shards()).isEmpty();
    round(claim, CONFIG);

    assertThat(shards()).hasSize(3).allSatisfy(it -> assertThat(it.voters()).hasSize(3));
  }

  @Test
  void aFormerControllerChangesNothing() throws Exception {
    nodes("n1", "n2", "n3");

    round(claim() - 1, CONFIG);

    assertThat(store.list(MetadataKeys.KEYSPACES).toCompletableFuture().get().entries()).isEmpty();
  }

  @Test
  void aDrainedNodeIsWantedNowhere() throws Exception {
    long claim = placed("n1", "n2", "n3", "n4");
    put(MetadataKeys.drain(new NodeId("n2")), DrainRecord.getDefaultInstance().toByteString());

    round(claim, CONFIG);

    assertThat(shards()).allSatisfy(it -> assertThat(goal(it)).doesNotContain("n2").hasSize(3));
    assertThat(shards().stream().flatMap(it -> it.wanted().stream()))
        .isNotEmpty()
        .allSatisfy(it -> assertThat(it.reason()).isEqualTo("node n2 is being drained"));
  }

  @Test
  void aNodeThatIsDrainedAfterTheLookGetsNothing() throws Exception {
    long claim = placed("n1", "n2", "n3");
    nodes("n4");
    drain("n3");

    round(new OvertakenStore(store, () -> drain("n4")), claim, CONFIG);

    assertThat(shards()).allSatisfy(it -> assertThat(it.names(new NodeId("n4"))).isFalse());
  }

  @Test
  void noNewShardIsPlacedOnANodeThatIsDrainedAfterTheLook() throws Exception {
    nodes("n1", "n2", "n3");
    long claim = claim();
    round(claim, CONFIG);

    round(new OvertakenStore(store, () -> drain("n3")), claim, CONFIG);

    assertThat(shards()).isEmpty();
  }

  @Test
  void aNewClusterDoesNotWaitForNodesThatWereSentAway() throws Exception {
    nodes("n1", "n2", "n3", "n4");
    drain("n4");
    registration("n4").close();
    long claim = claim();
    ControllerConfig forFour =
        new ControllerConfig(
            3, 3, 4, CONFIG.patience(), CONFIG.replaceAfter(), CONFIG.moves(), CONFIG.period());

    round(claim, forFour);
    round(claim, forFour);

    assertThat(shards()).hasSize(3);
  }

  @Test
  void aNodeThatCameBackWithAnotherDiskIsWantedOnThatDisk() throws Exception {
    long claim = placed("n1", "n2", "n3");
    put(
        MetadataKeys.identity(new NodeId("n3")),
        IdentityRecord.newBuilder().setBoot(2).setDiskId("another").build().toByteString());

    round(claim, CONFIG);

    assertThat(shards())
        .allSatisfy(
            it ->
                assertThat(it.wanted().orElseThrow().voters())
                    .extracting(ReplicaId::disk)
                    .contains("another")
                    .doesNotContain("disk-n3"));
  }

  @Test
  void aShardWhoseVotersChangeIsLeftAlone() throws Exception {
    long claim = placed("n1", "n2", "n3", "n4");
    for (ShardConfig shard : shards()) {
      ShardRecord changing =
          shard.toRecord().toBuilder()
              .addAllPreviousVoters(shard.toRecord().getVotersList())
              .build();
      put(MetadataKeys.shard(shard.id()), changing.toByteString());
    }
    put(MetadataKeys.drain(new NodeId("n2")), DrainRecord.getDefaultInstance().toByteString());

    round(claim, CONFIG);

    assertThat(shards()).allSatisfy(it -> assertThat(it.wanted()).isEmpty());
  }

  // ---- a whole controller

  @Test
  void aControllerReplacesANodeThatIsGoneForGood() throws Exception {
    nodes("n1", "n2", "n3", "n4");
    try (Controller controller = Controller.start(store.connect(), new NodeId("n1"), 1, CONFIG)) {
      await(all -> all.size() == 3);
      assertThat(controller.isElected()).isTrue();
      String victim = shards().getFirst().voters().getLast().node().name();

      registration(victim).close();

      await(all -> all.stream().noneMatch(it -> goal(it).contains(victim)));
    }
  }

  // ----

  private Registration registration(String node) {
    Registration registration = registrations.get(node);
    if (registration == null) {
      throw new AssertionError(node + " is not registered");
    }
    return registration;
  }

  private long placed(String... nodes) throws Exception {
    nodes(nodes);
    long claim = claim();
    round(claim, CONFIG);
    round(claim, CONFIG);
    assertThat(shards()).hasSize(3);
    return claim;
  }

  private void nodes(String... names) throws Exception {
    for (String name : names) {
      NodeId node = new NodeId(name);
      put(
          MetadataKeys.identity(node),
          IdentityRecord.newBuilder().setBoot(1).setDiskId("disk-" + name).build().toByteString());
      registrations.put(
          name,
          store.register(
              MetadataKeys.node(node),
              NodeRecord.newBuilder().setNode(name).setZone("z-" + name).build().toByteString()));
    }
  }

  private long claim() throws Exception {
    return put(
        MetadataKeys.CONTROLLER,
        ControllerRecord.newBuilder().setNode("n1").build().toByteString());
  }

  private void round(long claim, ControllerConfig config) throws Exception {
    round(store, claim, config);
  }

  private static void round(MetadataStore store, long claim, ControllerConfig config)
      throws Exception {
    new PlacementRound(store, config, claim, new Absences(config.patience(), config.replaceAfter()))
        .run();
  }

  /** If it is not drained already. */
  private void drain(String node) {
    Guard absent = new Guard(MetadataKeys.drain(new NodeId(node)), 0);
    store
        .swap(
            new Swap(
                List.of(absent),
                List.of(
                    new Change.Put(absent.key(), DrainRecord.getDefaultInstance().toByteString()))))
        .toCompletableFuture()
        .join();
  }

  private long put(String key, ByteString value) throws Exception {
    long before = store.get(key).toCompletableFuture().get().map(Entry::modRevision).orElse(0L);
    SwapResult result =
        store
            .swap(new Swap(List.of(new Guard(key, before)), List.of(new Change.Put(key, value))))
            .toCompletableFuture()
            .get(5, TimeUnit.SECONDS);
    return ((SwapResult.Swapped) result).revision();
  }

  private List<ShardConfig> shards() throws Exception {
    List<ShardConfig> found = new ArrayList<>();
    for (Entry entry : store.list(MetadataKeys.SHARDS).toCompletableFuture().get().entries()) {
      found.add(parse(entry));
    }
    return found;
  }

  private static ShardConfig parse(Entry entry) throws InvalidProtocolBufferException {
    return ShardConfig.fromRecord(ShardRecord.parseFrom(entry.value()), entry.modRevision());
  }

  private static List<String> goal(ShardConfig shard) {
    return shard.wanted().map(WantedVoters::voters).orElse(shard.voters()).stream()
        .map(it -> it.node().name())
        .toList();
  }

  private void await(Predicate<List<ShardConfig>> reached) {
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> reached.test(shards()));
  }
}
