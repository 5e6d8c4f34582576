package dev.keelson.datanode.membership;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.keelson.coordination.MetadataKeys;
import dev.keelson.coordination.MetadataStore;
import dev.keelson.coordination.MetadataStore.Entry;
import dev.keelson.coordination.MetadataStore.Listing;
import dev.keelson.coordination.MetadataStore.Swap;
import dev.keelson.coordination.MetadataStore.SwapResult;
import dev.keelson.core.shard.NodeId;
import dev.keelson.proto.internal.v1.ClusterRecord;
import dev.keelson.proto.internal.v1.IdentityRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes sure, before anything is acknowledged or voted on, that this directory is of this cluster
 * and this node, and that this start has a number that no earlier one had (R13). Waits while etcd
 * is away. Runs on the thread of the caller, which it blocks.
 */
public final class ClusterJoin {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterJoin.class);
  private static final int CLUSTER_FORMAT = 1;
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Duration SAY_EVERY = Duration.ofSeconds(5);

  /**
   * What is joined, and as whom.
   *
   * @param name of the cluster, for its id when it is made
   * @param lease the longest that replicas of this node will promise from now on
   * @param adopt the tokens of alarms that an operator has settled, with commas between them
   */
  public record Request(String name, NodeId node, Path directory, Duration lease, String adopt) {}

  private final Request request;
  private final MetadataStore store;
  private final Executor background;
  private final Supplier<String> randomId;
  private long saidAt = System.nanoTime() - SAY_EVERY.toNanos();

  ClusterJoin(
      Request request, MetadataStore store, Executor background, Supplier<String> randomId) {
    this.request = request;
    this.store = store;
    this.background = background;
    this.randomId = randomId;
  }

  /**
   * @param background may block; keeps what is seen of etcd
   * @throws StartRefusedException when the node must not start like this
   */
  public static Membership join(Request request, MetadataStore store, Executor background)
      throws IOException, InterruptedException {
    return new ClusterJoin(request, store, background, ClusterJoin::randomId).join();
  }

  private static String randomId() {
    return UUID.randomUUID().toString().replace("-", "").substring(0, 20);
  }

  Membership join() throws IOException, InterruptedException {
    DataDirectory directory = DataDirectory.open(request.directory());
    boolean joined = false;
    try {
      Membership membership = join(directory);
      joined = true;
      return membership;
    } finally {
      if (!joined) {
        directory.close();
      }
    }
  }

  private Membership join(DataDirectory directory) throws IOException, InterruptedException {
    Optional<NodeIdentity> local = NodeIdentity.read(directory.path());
    checkNode(local);
    EtcdMemory remembered = EtcdMemory.read(directory.path());
    Listing found = waitFor(() -> store.list(MetadataKeys.CLUSTER));
    // First, so that a slip in the endpoints leaves no trace in the directory.
    String cluster = cluster(found, local);
    EtcdMemory memory = adopted(remembered, found, directory.path());
    EtcdGuard guard =
        new EtcdGuard(store, memory, it -> it.write(directory.path()), this::inBackground);
    guard.observed(found);
    NodeIdentity identity = begin(directory.path(), cluster, local);
    LOG.info(
        "this is start {} of node {} in cluster {} on disk {}",
        identity.boot(),
        identity.node(),
        identity.cluster(),
        identity.disk());
    return new Membership(identity, directory, guard, this::inBackground, guard.guarded());
  }

  private void inBackground(Duration after, Runnable task) {
    background.execute(
        () -> {
          try {
            Thread.sleep(after);
            task.run();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private void checkNode(Optional<NodeIdentity> local) {
    if (local.isPresent() && !local.get().node().equals(request.node())) {
      throw new StartRefusedException(
          "the data directory "
              + request.directory()
              + " belongs to node "
              + local.get().node()
              + ", this is node "
              + request.node()
              + ": a disk stays with its node");
    }
  }

  private EtcdMemory adopted(EtcdMemory remembered, Listing found, Path directory)
      throws IOException {
    if (!List.of(request.adopt().split(" *, *", -1)).contains(remembered.adoptToken())) {
      return remembered;
    }
    if (remembered.storeId() == found.storeId()
        && remembered.revision() <= found.revision()
        && remembered.alarm().isEmpty()) {
      return remembered;
    }
    LOG.warn(
        "adopting etcd {} at revision {}, instead of {}",
        Long.toHexString(found.storeId()),
        found.revision(),
        remembered);
    EtcdMemory fresh = EtcdMemory.adopting(found);
    fresh.write(directory);
    return fresh;
  }

  /** The cluster's id; made up by the first node of all. */
  private String cluster(Listing found, Optional<NodeIdentity> local) throws InterruptedException {
    Optional<Entry> entry =
        found.entries().stream().filter(it -> it.key().equals(MetadataKeys.CLUSTER)).findFirst();
    if (entry.isEmpty()) {
      refuseToMakeAgain(local);
      return make();
    }
    ClusterRecord record = parse(entry.get());
    if (local.isPresent() && !local.get().cluster().equals(record.getClusterId())) {
      throw new StartRefusedException(
          "the data directory "
              + request.directory()
              + " belongs to cluster "
              + local.get().cluster()
              + ", etcd to cluster "
              + record.getClusterId()
              + ": check the endpoints and the cluster's name, or give the node an empty disk");
    }
    return record.getClusterId();
  }

  private void refuseToMakeAgain(Optional<NodeIdentity> local) {
    if (local.isPresent()) {
      throw new StartRefusedException(
          "etcd knows of no cluster "
              + request.name()
              + ", but the data directory "
              + request.directory()
              + " belongs to cluster "
              + local.get().cluster()
              + ": check the endpoints, or restore etcd; nothing is made anew over existing data");
    }
  }

  private String make() throws InterruptedException {
    String id = request.name() + "-" + randomId.get();
    ClusterRecord record =
        ClusterRecord.newBuilder().setClusterId(id).setFormat(CLUSTER_FORMAT).build();
    SwapResult result =
        waitFor(() -> store.swap(Swap.put(MetadataKeys.CLUSTER, 0, record.toByteString())));
    LOG.debug("making cluster {}: {}", id, result);
    // Whether it was this swap or another node's: what is there now counts (R1).
    Entry made =
        waitFor(() -> store.get(MetadataKeys.CLUSTER))
            .orElseThrow(
                () ->
                    new StartRefusedException(
                        "cluster " + request.name() + " could not be made in etcd; start again"));
    return parse(made).getClusterId();
  }

  private static ClusterRecord parse(Entry entry) {
    try {
      ClusterRecord record = ClusterRecord.parseFrom(entry.value());
      if (record.getFormat() > CLUSTER_FORMAT) {
        throw new StartRefusedException(
            "the cluster has format "
                + record.getFormat()
                + ", this version knows "
                + CLUSTER_FORMAT
                + ": start a newer version");
      }
      return record;
    } catch (InvalidProtocolBufferException e) {
      throw new StartRefusedException("the cluster's record in etcd can't be read", e);
    }
  }

  /** Numbers this start: first on the disk, then in etcd. */
  private NodeIdentity begin(Path directory, String cluster, Optional<NodeIdentity> local)
      throws IOException, InterruptedException {
    String key = MetadataKeys.identity(request.node());
    Optional<NodeIdentity> mine = local;
    while (true) {
      Optional<Entry> entry = waitFor(() -> store.get(key));
      BootDecision decision = decide(cluster, mine, entry);
      decision.notice().ifPresent(LOG::error);
      NodeIdentity next = decision.next();
      next.write(directory);
      IdentityRecord record =
          IdentityRecord.newBuilder().setBoot(next.boot()).setDiskId(next.disk()).build();
      Swap swap = Swap.put(key, entry.map(Entry::modRevision).orElse(0L), record.toByteString());
      SwapResult result = waitFor(() -> store.swap(swap));
      if (result instanceof SwapResult.Swapped || isThere(key, record)) {
        return next;
      }
      // Whatever else is there, the next round gets a greater number than it.
      mine = Optional.of(next);
      pause("numbering this start of " + request.node() + " in etcd: " + result);
    }
  }

  private BootDecision decide(String cluster, Optional<NodeIdentity> local, Optional<Entry> entry) {
    return BootDecision.decide(
        cluster,
        request.node(),
        request.lease(),
        local,
        entry.map(ClusterJoin::parseIdentity),
        randomId);
  }

  private static IdentityRecord parseIdentity(Entry entry) {
    try {
      return IdentityRecord.parseFrom(entry.value());
    } catch (InvalidProtocolBufferException e) {
      throw new StartRefusedException(entry.key() + " in etcd can't be read", e);
    }
  }

  private boolean isThere(String key, IdentityRecord record) throws InterruptedException {
    return waitFor(() -> store.get(key))
        .filter(it -> it.value().equals(record.toByteString()))
        .isPresent();
  }

  /** An answer of etcd, however long that takes. */
  private <T> T waitFor(Supplier<CompletionStage<T>> ask) throws InterruptedException {
    while (true) {
      try {
        return ask.get().toCompletableFuture().get(ANSWER.toNanos(), TimeUnit.NANOSECONDS);
      } catch (ExecutionException e) {
        Throwable cause = e.getCause();
        pause(String.valueOf(cause == null ? e.getMessage() : cause.getMessage()));
      } catch (TimeoutException e) {
        pause("no answer within " + ANSWER);
      }
    }
  }

  private void pause(String why) throws InterruptedException {
    if (System.nanoTime() - saidAt >= SAY_EVERY.toNanos()) {
      saidAt = System.nanoTime();
      LOG.warn("waiting for etcd before node {} can start: {}", request.node(), why);
    }
    Thread.sleep(PAUSE);
  }
}
