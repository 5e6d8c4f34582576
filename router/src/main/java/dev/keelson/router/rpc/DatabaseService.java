package dev.keelson.router.rpc;

import dev.keelson.coordination.SessionNumbers;
import dev.keelson.core.limit.Limits;
import dev.keelson.proto.v1.BatchGetRequest;
import dev.keelson.proto.v1.BatchGetResponse;
import dev.keelson.proto.v1.BulkLoadRequest;
import dev.keelson.proto.v1.BulkLoadResponse;
import dev.keelson.proto.v1.ClientFrame;
import dev.keelson.proto.v1.CreateKeyspaceRequest;
import dev.keelson.proto.v1.CreateKeyspaceResponse;
import dev.keelson.proto.v1.CreateTableRequest;
import dev.keelson.proto.v1.CreateTableResponse;
import dev.keelson.proto.v1.DatabaseGrpc;
import dev.keelson.proto.v1.DeleteRequest;
import dev.keelson.proto.v1.DescribeKeyspaceRequest;
import dev.keelson.proto.v1.DescribeKeyspaceResponse;
import dev.keelson.proto.v1.DescribeTableRequest;
import dev.keelson.proto.v1.DescribeTableResponse;
import dev.keelson.proto.v1.DropKeyspaceRequest;
import dev.keelson.proto.v1.DropKeyspaceResponse;
import dev.keelson.proto.v1.DropTableRequest;
import dev.keelson.proto.v1.DropTableResponse;
import dev.keelson.proto.v1.GetRequest;
import dev.keelson.proto.v1.GetResponse;
import dev.keelson.proto.v1.InsertRequest;
import dev.keelson.proto.v1.ListKeyspacesRequest;
import dev.keelson.proto.v1.ListKeyspacesResponse;
import dev.keelson.proto.v1.ListTablesRequest;
import dev.keelson.proto.v1.ListTablesResponse;
import dev.keelson.proto.v1.OpenSessionRequest;
import dev.keelson.proto.v1.OpenSessionResponse;
import dev.keelson.proto.v1.PutRequest;
import dev.keelson.proto.v1.ScanRequest;
import dev.keelson.proto.v1.ScanResponse;
import dev.keelson.proto.v1.ScanTableRequest;
import dev.keelson.proto.v1.ServerFrame;
import dev.keelson.proto.v1.UpdateRequest;
import dev.keelson.proto.v1.WriteBatchRequest;
import dev.keelson.proto.v1.WriteResponse;
import dev.keelson.router.load.BulkLoads;
import dev.keelson.router.request.Outcome;
import dev.keelson.router.rpc.RequestMetrics.Method;
import dev.keelson.router.scan.Scans;
import dev.keelson.router.schema.SchemaRequests;
import dev.keelson.router.work.Work;
import dev.keelson.runtime.admission.Admission;
import dev.keelson.runtime.net.ErrorStatus;
import dev.keelson.runtime.net.EventLoops;
import dev.keelson.runtime.net.RpcServer;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoop;

/**
 * The service for applications. Reads and writes of rows run on the event loop of their connection;
 * everything that takes long runs on virtual threads.
 */
public final class DatabaseService extends DatabaseGrpc.DatabaseImplBase {
  private final PointRequests points;
  private final SchemaRequests schema;
  private final SessionNumbers sessions;
  private final ScanCalls scanCalls;
  private final LoadCalls loadCalls;
  private final BlockingCalls blocking;
  private final Deadlines deadlines;
  private final RequestMetrics metrics;
  private final Admission.Gate ungated;
  private final EventLoops loops;

  public DatabaseService(
      PointRequests points,
      SchemaRequests schema,
      SessionNumbers sessions,
      Scans scans,
      BulkLoads loads,
      Work work,
      Deadlines deadlines,
      RequestMetrics metrics,
      EventLoops loops) {
    this.points = points;
    this.schema = schema;
    this.sessions = sessions;
    this.scanCalls = new ScanCalls(scans, work.threads(), work.scans(), deadlines, metrics);
    this.loadCalls = new LoadCalls(loads, work.threads(), work.loads(), deadlines, metrics);
    this.blocking = new BlockingCalls(work.threads(), work.administration(), metrics);
    this.deadlines = deadlines;
    this.metrics = metrics;
    this.loops = loops;
    this.ungated = new Admission(Limits.DEFAULTS).connect();
  }

  @Override
  public void get(GetRequest request, StreamObserver<GetResponse> client) {
    points.get(request, deadlines.ofCall(), new UnaryOutcome<>(client));
  }

  @Override
  public void batchGet(BatchGetRequest request, StreamObserver<BatchGetResponse> client) {
    points.batchGet(request, deadlines.ofCall(), new UnaryOutcome<>(client));
  }

  @Override
  public void put(PutRequest request, StreamObserver<WriteResponse> client) {
    points.put(request, deadlines.ofCall(), new UnaryOutcome<>(client));
  }

  @Override
  public void insert(InsertRequest request, StreamObserver<WriteResponse> client) {
    points.insert(request, deadlines.ofCall(), new UnaryOutcome<>(client));
  }

  @Override
  public void update(UpdateRequest request, StreamObserver<WriteResponse> client) {
    points.update(request, deadlines.ofCall(), new UnaryOutcome<>(client));
  }

  @Override
  public void delete(DeleteRequest request, StreamObserver<WriteResponse> client) {
    points.delete(request, deadlines.ofCall(), new UnaryOutcome<>(client));
  }

  @Override
  public void writeBatch(WriteBatchRequest request, StreamObserver<WriteResponse> client) {
    points.batch(request, deadlines.ofCall(), new UnaryOutcome<>(client));
  }

  @Override
  public StreamObserver<ClientFrame> multiplex(StreamObserver<ServerFrame> client) {
    var call = (ServerCallStreamObserver<ServerFrame>) client;
    Admission.Gate gate = RpcServer.gate().orElse(ungated);
    return new MultiplexStream(call, points, deadlines, gate, metrics, currentLoop()).open();
  }

  /** The loop of this connection, so that its frames need no hand-off. */
  private EventLoop currentLoop() {
    return loops.loops().stream()
        .filter(EventLoop::inEventLoop)
        .findFirst()
        .orElseGet(() -> loops.loops().getFirst());
  }

  @Override
  public void scan(ScanRequest request, StreamObserver<ScanResponse> client) {
    scanCalls.scan(request, client);
  }

  @Override
  public void scanTable(ScanTableRequest request, StreamObserver<ScanResponse> client) {
    scanCalls.scanTable(request, client);
  }

  @Override
  public StreamObserver<BulkLoadRequest> bulkLoad(StreamObserver<BulkLoadResponse> client) {
    return loadCalls.start(client);
  }

  @Override
  public void openSession(OpenSessionRequest request, StreamObserver<OpenSessionResponse> client) {
    Outcome<OpenSessionResponse> outcome =
        metrics.timed(Method.OPEN_SESSION, new UnaryOutcome<>(client));
    var unused =
        sessions
            .next()
            .whenComplete(
                (number, failure) -> {
                  if (failure == null) {
                    outcome.answered(OpenSessionResponse.newBuilder().setSession(number).build());
                  } else {
                    outcome.failed(ErrorStatus.toDatabaseException(failure));
                  }
                });
  }

  @Override
  public void createKeyspace(
      CreateKeyspaceRequest request, StreamObserver<CreateKeyspaceResponse> client) {
    blocking.run(Method.SCHEMA, client, () -> schema.createKeyspace(request));
  }

  @Override
  public void dropKeyspace(
      DropKeyspaceRequest request, StreamObserver<DropKeyspaceResponse> client) {
    blocking.run(Method.SCHEMA, client, () -> schema.dropKeyspace(request));
  }

  @Override
  public void listKeyspaces(
      ListKeyspacesRequest request, StreamObserver<ListKeyspacesResponse> client) {
    blocking.run(Method.SCHEMA, client, () -> schema.listKeyspaces());
  }

  @Override
  public void describeKeyspace(
      DescribeKeyspaceRequest request, StreamObserver<DescribeKeyspaceResponse> client) {
    blocking.run(Method.SCHEMA, client, () -> schema.describeKeyspace(request));
  }

  @Override
  public void createTable(CreateTableRequest request, StreamObserver<CreateTableResponse> client) {
    blocking.run(Method.SCHEMA, client, () -> schema.createTable(request));
  }

  @Override
  public void dropTable(DropTableRequest request, StreamObserver<DropTableResponse> client) {
    blocking.run(Method.SCHEMA, client, () -> schema.dropTable(request));
  }

  @Override
  public void listTables(ListTablesRequest request, StreamObserver<ListTablesResponse> client) {
    blocking.run(Method.SCHEMA, client, () -> schema.listTables(request));
  }

  @Override
  public void describeTable(
      DescribeTableRequest request, StreamObserver<DescribeTableResponse> client) {
    blocking.run(Method.SCHEMA, client, () -> schema.describeTable(request));
  }
}
