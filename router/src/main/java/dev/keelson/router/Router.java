package dev.keelson.router;

import dev.keelson.coordination.Catalog;
import dev.keelson.coordination.CatalogStore;
import dev.keelson.coordination.CatalogWatch;
import dev.keelson.coordination.Keyspace;
import dev.keelson.coordination.MetadataStore;
import dev.keelson.coordination.SessionNumbers;
import dev.keelson.coordination.ShardMapWatch;
import dev.keelson.core.limit.Limits;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.ShardId;
import dev.keelson.core.shard.ShardMap;
import dev.keelson.router.admin.ClusterDescriber;
import dev.keelson.router.admin.Drains;
import dev.keelson.router.admin.Recoveries;
import dev.keelson.router.load.BulkLoads;
import dev.keelson.router.load.LoadConfig;
import dev.keelson.router.load.LoadSessions;
import dev.keelson.router.node.LinkConfig;
import dev.keelson.router.node.NodeDirectory;
import dev.keelson.router.node.NodeLinks;
import dev.keelson.router.node.NodeMetrics;
import dev.keelson.router.node.Whereabouts;
import dev.keelson.router.request.Reads;
import dev.keelson.router.request.Writes;
import dev.keelson.router.route.RetryConfig;
import dev.keelson.router.route.RouteMetrics;
import dev.keelson.router.route.ShardCalls;
import dev.keelson.router.rpc.AdminService;
import dev.keelson.router.rpc.DatabaseService;
import dev.keelson.router.rpc.Deadlines;
import dev.keelson.router.rpc.PointRequests;
import dev.keelson.router.rpc.RequestMetrics;
import dev.keelson.router.scan.Scans;
import dev.keelson.router.schema.KnownTables;
import dev.keelson.router.schema.SchemaRequests;
import dev.keelson.router.schema.TableLookup;
import dev.keelson.router.work.Work;
import dev.keelson.runtime.admission.Admission;
import dev.keelson.runtime.admission.AdmissionMetrics;
import dev.keelson.runtime.health.Health;
import dev.keelson.runtime.lifecycle.Lifecycle;
import dev.keelson.runtime.metrics.Metrics;
import dev.keelson.runtime.net.ErrorStatus;
import dev.keelson.runtime.net.EventLoops;
import dev.keelson.runtime.net.RpcServer;
import dev.keelson.runtime.net.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A router: stateless, so that any number of them may run, several in one JVM too. It is ready when
 * it knows the cluster, the catalog and the shards; until then it answers what it can.
 */
public final class Router implements AutoCloseable {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(15);

  private final Lifecycle parts = new Lifecycle("router", STOP_LIMIT);
  private final RouterConfig config;
  private final MetadataStore store;
  private final Transport transport;
  private final Health health;
  private final Metrics metrics;
  private final Limits limits;
  private final int port;

  private Router(
      RouterConfig config, MetadataStore store, EventLoops loops, Health health, Metrics metrics)
      throws IOException {
    this.config = config;
    this.store = store;
    this.transport = new Transport(loops, config.net());
    this.health = health;
    this.metrics = metrics;
    this.limits = config.limits();
    this.port = compose();
  }

  /**
   * Starts a router; it connects to the metadata store and the data nodes by itself, and waits for
   * them as long as it takes.
   *
   * @param store stays the caller's, as do the loops
   * @param metrics of this router alone
   */
  public static Router start(
      RouterConfig config, MetadataStore store, EventLoops loops, Health health, Metrics metrics)
      throws IOException {
    return new Router(config, store, loops, health, metrics);
  }

  /** Where clients connect. */
  public int port() {
    return port;
  }

  private int compose() throws IOException {
    CatalogWatch catalog = parts.add("catalog", watchCatalog());
    AtomicReference<Runnable> whenLinked = new AtomicReference<>(() -> {});
    NodeMetrics nodeMetrics = new NodeMetrics(metrics.registry(), () -> whenLinked.get().run());
    NodeLinks links =
        parts.add(
            "links",
            new NodeLinks(
                transport,
                LinkConfig.DEFAULTS,
                nodeMetrics,
                new Whereabouts(config.zone(), config.host())));
    nodeMetrics.watch(links, metrics.registry());
    ShardCalls calls = calls(links);
    whenLinked.set(calls::linkOpened);
    parts.add("shard map", watchShards(calls));
    NodeDirectory directory = parts.add("nodes", watchNodes(links));
    Work work =
        parts.add("work", Work.of(config.scans(), config.loads(), config.administrativeCalls()));
    RequestMetrics requestMetrics = new RequestMetrics(metrics.registry());
    DatabaseService database = database(catalog, calls, work, requestMetrics);
    Drains drains = new Drains(store);
    ClusterDescriber describer =
        new ClusterDescriber(
            directory, links, calls::map, id -> keyspaceName(catalog.current(), id), drains);
    Recoveries recoveries = new Recoveries(store, links, metrics.registry());
    return serve(database, new AdminService(describer, drains, recoveries, work, requestMetrics));
  }

  private CatalogWatch watchCatalog() {
    Health.Part known = health.part("catalog");
    known.notReady("not read yet: is etcd there?");
    return CatalogWatch.start(store, catalog -> known.ready());
  }

  private ShardCalls calls(NodeLinks links) {
    return new ShardCalls(
        links,
        transport.loops().loops().getFirst(),
        RetryConfig.DEFAULTS,
        new RouteMetrics(metrics.registry()));
  }

  private ShardMapWatch watchShards(ShardCalls calls) {
    Health.Part known = health.part("shard map");
    known.notReady("not read yet: is etcd there?");
    return ShardMapWatch.start(
        store,
        new ShardMapWatch.Listener() {
          @Override
          public void reset(ShardMap map, long revision, long storeId) {
            update(map);
          }

          @Override
          public void changed(
              ShardMap map, List<ShardConfig> changed, List<ShardId> removed, long revision) {
            update(map);
          }

          private void update(ShardMap map) {
            calls.mapChanged(map);
            if (map.shards().isEmpty()) {
              known.notReady("no shard is placed yet: are there data nodes?");
            } else {
              known.ready();
            }
          }
        });
  }

  private NodeDirectory watchNodes(NodeLinks links) {
    Health.Part known = health.part("cluster");
    known.notReady("not known yet: no data node has started the cluster");
    return new NodeDirectory(store, links, known::ready);
  }

  private DatabaseService database(
      CatalogWatch catalog, ShardCalls calls, Work work, RequestMetrics requestMetrics) {
    CatalogStore catalogStore = new CatalogStore(store, limits, config.keyspaceDefaults());
    SessionNumbers sessions = new SessionNumbers(store);
    KnownTables tables = new KnownTables(catalog);
    TableLookup lookup = new TableLookup(catalogStore, catalog, work.threads(), work.lookups());
    Writes writes = new Writes(tables, calls, limits);
    return new DatabaseService(
        new PointRequests(
            new Reads(tables, calls, limits, config.quorumReads()),
            writes,
            tables,
            lookup,
            requestMetrics),
        new SchemaRequests(catalogStore, catalog),
        sessions,
        new Scans(
            lookup.patient(tables), calls, limits, config.quorumReads(), config.shardsPerScan()),
        new BulkLoads(
            lookup.patient(tables), calls, writes, blocking(sessions), limits, LoadConfig.DEFAULTS),
        work,
        new Deadlines(
            limits.defaultDeadline(), config.greatestDeadline(), limits.greatestDeadline()),
        requestMetrics,
        transport.loops());
  }

  private static LoadSessions blocking(SessionNumbers sessions) {
    return () -> {
      try {
        return sessions.next().toCompletableFuture().get();
      } catch (ExecutionException e) {
        throw ErrorStatus.toDatabaseException(e);
      }
    };
  }

  private static String keyspaceName(Catalog catalog, int id) {
    return catalog.keyspaces().stream()
        .filter(keyspace -> keyspace.id() == id)
        .map(Keyspace::name)
        .findFirst()
        .orElse("");
  }

  private int serve(DatabaseService database, AdminService admin) throws IOException {
    Admission admission = new Admission(limits);
    AdmissionMetrics.register(admission, metrics);
    RpcServer server =
        RpcServer.start(
            transport, config.listen().resolve(), List.of(database, admin), health, admission);
    parts.add("server", server);
    return server.port();
  }

  /** Takes no more requests, lets those in flight end for a while, then stops everything. */
  @Override
  public void close() {
    parts.close();
  }
}
