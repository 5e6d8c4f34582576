package dev.keelson.client;

import dev.keelson.proto.v1.ForceRecoverRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A connection to a cluster: open one, share it between all threads, close it at the end.
 *
 * <pre>{@code
 * try (KeelsonClient client = KeelsonClient.connect("127.0.0.1:7400")) {
 *   Table airports = client.table("airports");
 *   airports.put(Row.of("code", "ATL").with("name", "Hartsfield"));
 *   Optional<Row> row = airports.get(Row.of("code", "ATL"));
 * }
 * }</pre>
 *
 * <p>Calls are spread over all routers. What fails for a reason that passes is sent again, through
 * another router if there is one, until the call's timeout: reads freely, writes under the name
 * that they got first, so that each is applied once. When nobody can tell whether a write was
 * applied, it fails with {@link KeelsonException#outcomeUnknown}.
 *
 * <p>All reads and writes of a client are one {@link Session}, whatever the level of the reads.
 *
 * <p>Thread-safe. One event loop does the work of a client; callbacks of the asynchronous calls run
 * on it and must not block. It connects in the background: a client can be made while no router is
 * there.
 */
public final class KeelsonClient implements AutoCloseable {
  private final ClientConfig config;
  private final Dispatcher dispatcher;
  private final PointCalls calls;
  private final Session session = Session.begin();

  private KeelsonClient(ClientConfig config) {
    this.config = config;
    this.dispatcher = new Dispatcher(config);
    this.calls =
        new PointCalls(
            dispatcher, new InFlightLimit(config.maxInFlight(), config.maxInFlightBytes()));
  }

  /**
   * A client with the default settings.
   *
   * @param routers {@code host:port}, or {@code dns:///host:port} for all addresses of a name
   */
  public static KeelsonClient connect(String... routers) {
    Builder builder = builder();
    for (String router : routers) {
      builder.router(router);
    }
    return builder.build();
  }

  public static Builder builder() {
    return new Builder();
  }

  /** A table of the default keyspace. Nothing is asked: a table that is not there fails later. */
  public Table table(String name) {
    return table("", name);
  }

  public Table table(String keyspace, String name) {
    return new Table(calls, new TableTarget(keyspace, name, config.timeout(), session));
  }

  /** Keyspaces and tables: create, drop, list. */
  public Schema schema() {
    return new Schema(new UnaryCalls(dispatcher), config.timeout());
  }

  /** Applies all writes of a batch, or none. */
  public WriteResult write(WriteBatch batch) {
    return calls.await(calls.write(batch, config.timeout(), session, PointCalls.Admission.WAIT));
  }

  /** As {@link #write}; fails at once with CLIENT_OVERLOADED when too much is in flight. */
  public CompletableFuture<WriteResult> writeAsync(WriteBatch batch) {
    return calls.write(batch, config.timeout(), session, PointCalls.Admission.REFUSE);
  }

  /** Members, shards and replicas, as a router sees them now. */
  public ClusterDescription describeCluster() {
    return new Schema(new UnaryCalls(dispatcher), config.timeout()).describeCluster();
  }

  /**
   * Has everything moved away from a data node; returns when that is wanted, not when it is done.
   *
   * @param reason for people who see it later; may be empty
   */
  public void drainNode(String node, String reason) {
    new Schema(new UnaryCalls(dispatcher), config.timeout()).drainNode(node, reason);
  }

  /** Lets a drained node have replicas and leaders again. */
  public void undrainNode(String node) {
    new Schema(new UnaryCalls(dispatcher), config.timeout()).undrainNode(node);
  }

  /**
   * What {@link #forceRecover} would do; does nothing.
   *
   * @param shards by number; none for all that have lost their majority
   */
  public List<ShardRecovery> planRecovery(List<Integer> shards) {
    return new Schema(new UnaryCalls(dispatcher), config.timeout())
        .recover(ForceRecoverRequest.newBuilder().addAllShards(shards).build());
  }

  /**
   * Lets shards go on whose majority is lost for good, with the best replica that is left. What
   * only the lost replicas had acknowledged is gone then. Leaves shards alone that can elect a
   * leader.
   *
   * @param shards by number; none for all that have lost their majority
   */
  public List<ShardRecovery> forceRecover(List<Integer> shards) {
    return new Schema(new UnaryCalls(dispatcher), config.timeout())
        .recover(ForceRecoverRequest.newBuilder().addAllShards(shards).setAcceptLoss(true).build());
  }

  /**
   * Ends the connections. Calls in flight fail with CLIENT_CLOSED; writes among them with an
   * unknown outcome.
   */
  @Override
  public void close() {
    dispatcher.close();
  }

  /** Settings of a client. Not thread-safe. */
  public static final class Builder {
    private final List<RouterAddress> routers = new ArrayList<>();
    private Duration timeout = ClientConfig.DEFAULT_TIMEOUT;
    private Duration connectTimeout = ClientConfig.DEFAULT_TIMEOUT;
    private int maxInFlight = ClientConfig.DEFAULT_MAX_IN_FLIGHT;
    private long maxInFlightBytes = ClientConfig.DEFAULT_MAX_IN_FLIGHT_BYTES;

    private Builder() {}

    /**
     * Adds routers.
     *
     * @param address {@code host:port} for one, {@code dns:///host:port} for one behind each
     *     address of the name (a headless Service); several may be joined by commas
     */
    public Builder router(String address) {
      routers.addAll(RouterAddress.parseAll(address));
      return this;
    }

    /** For how long a call may take, with all its retries; 10 s unless said otherwise. */
    public Builder timeout(Duration timeout) {
      this.timeout = timeout;
      return this;
    }

    /**
     * For how long a call waits while every router refuses connections, or its name is unknown; 10
     * s unless said otherwise. For one that is slow to answer it waits until the timeout.
     */
    public Builder connectTimeout(Duration connectTimeout) {
      this.connectTimeout = connectTimeout;
      return this;
    }

    /**
     * How many calls may be without an answer; 2,048 unless said otherwise. At the limit blocking
     * calls wait, asynchronous ones fail with CLIENT_OVERLOADED.
     */
    public Builder maxInFlight(int calls) {
      this.maxInFlight = calls;
      return this;
    }

    /** As {@link #maxInFlight}, for the bytes of the requests; 16 MiB unless said otherwise. */
    public Builder maxInFlightBytes(long bytes) {
      this.maxInFlightBytes = bytes;
      return this;
    }

    public KeelsonClient build() {
      return new KeelsonClient(
          new ClientConfig(routers, timeout, connectTimeout, maxInFlight, maxInFlightBytes));
    }
  }
}
