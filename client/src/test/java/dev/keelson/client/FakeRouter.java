package dev.keelson.client;

import com.google.protobuf.Any;
import dev.keelson.proto.v1.AdminGrpc;
import dev.keelson.proto.v1.Answer;
import dev.keelson.proto.v1.BatchGetResponse;
import dev.keelson.proto.v1.BulkLoadRequest;
import dev.keelson.proto.v1.BulkLoadResponse;
import dev.keelson.proto.v1.Call;
import dev.keelson.proto.v1.ClientFrame;
import dev.keelson.proto.v1.CreateTableRequest;
import dev.keelson.proto.v1.CreateTableResponse;
import dev.keelson.proto.v1.DatabaseGrpc;
import dev.keelson.proto.v1.DescribeClusterRequest;
import dev.keelson.proto.v1.DescribeClusterResponse;
import dev.keelson.proto.v1.DescribeTableRequest;
import dev.keelson.proto.v1.DescribeTableResponse;
import dev.keelson.proto.v1.DropTableRequest;
import dev.keelson.proto.v1.DropTableResponse;
import dev.keelson.proto.v1.Error;
import dev.keelson.proto.v1.ErrorCategory;
import dev.keelson.proto.v1.GetRequest;
import dev.keelson.proto.v1.Keyspace;
import dev.keelson.proto.v1.KeyspaceDefinition;
import dev.keelson.proto.v1.ListKeyspacesRequest;
import dev.keelson.proto.v1.ListKeyspacesResponse;
import dev.keelson.proto.v1.ListTablesRequest;
import dev.keelson.proto.v1.ListTablesResponse;
import dev.keelson.proto.v1.OpenSessionRequest;
import dev.keelson.proto.v1.OpenSessionResponse;
import dev.keelson.proto.v1.ScanRequest;
import dev.keelson.proto.v1.ScanResponse;
import dev.keelson.proto.v1.ScanTableRequest;
import dev.keelson.proto.v1.ServerFrame;
import dev.keelson.proto.v1.WriteId;
import dev.keelson.proto.v1.WriteOperation;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/** A real gRPC server on loopback that serves a {@link FakeDatabase}, and fails as it is told. */
public final class FakeRouter implements AutoCloseable {
  private final FakeDatabase database;
  private final Server server;
  private final int port;
  private final List<StreamObserver<ServerFrame>> streams = new ArrayList<>();
  private final List<Runnable> held = new ArrayList<>();
  private final List<Error> refusals = new ArrayList<>();
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger frames = new AtomicInteger();
  private int answersToLose;
  private int callsToDrop;
  private int pagesBeforeBreak = Integer.MAX_VALUE;
  private int chunksBeforeBreak = Integer.MAX_VALUE;
  private StatusRuntimeException loadFailure = Status.UNAVAILABLE.asRuntimeException();
  private boolean holding;
  private Function<Answer, List<Answer>> disturb = List::of;
  private DescribeClusterResponse cluster = DescribeClusterResponse.getDefaultInstance();

  FakeRouter(FakeDatabase database) {
    this(database, 0);
  }

  FakeRouter(FakeDatabase database, int listen) {
    this.database = database;
    try {
      server =
          NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", listen))
              .directExecutor()
              .permitKeepAliveTime(5, TimeUnit.SECONDS)
              .addService(new DatabaseService())
              .addService(new AdminService())
              .build()
              .start();
      this.port = server.getPort();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** A router with a database of its own. */
  public static FakeRouter start() {
    return new FakeRouter(new FakeDatabase());
  }

  public String address() {
    return "127.0.0.1:" + port;
  }

  int port() {
    return port;
  }

  FakeDatabase database() {
    return database;
  }

  public void cluster(DescribeClusterResponse answer) {
    cluster = answer;
  }

  int calls() {
    return calls.get();
  }

  int frames() {
    return frames.get();
  }

  /** The next call is answered with this instead of being carried out. */
  synchronized void refuse(Error error, int times) {
    refusals.addAll(Collections.nCopies(times, error));
  }

  /** The next calls are carried out, and the stream ends instead of answering. */
  synchronized void loseAnswers(int count) {
    answersToLose = count;
  }

  /** The next calls are neither carried out nor answered; the stream ends. */
  synchronized void dropCalls(int count) {
    callsToDrop = count;
  }

  /** Scans break once after so many pages. */
  synchronized void breakScanAfter(int pages) {
    pagesBeforeBreak = pages;
  }

  /** A load breaks once after so many messages. */
  synchronized void breakLoadAfter(int chunks) {
    chunksBeforeBreak = chunks;
    loadFailure = Status.UNAVAILABLE.withDescription("broken").asRuntimeException();
  }

  /** A load fails once after so many messages, with a fault that is not tried again. */
  public synchronized void failLoadAfter(int chunks) {
    chunksBeforeBreak = chunks;
    loadFailure = status(FakeDatabase.error("INTERNAL", ErrorCategory.INTERNAL, "Report it."));
  }

  /** Answers are kept back until {@link #release}. */
  synchronized void hold() {
    holding = true;
  }

  synchronized int heldCount() {
    return held.size();
  }

  /** Sends what was kept back, the last first. */
  synchronized void release() {
    holding = false;
    Collections.reverse(held);
    held.forEach(Runnable::run);
    held.clear();
  }

  /** What is sent instead of an answer. */
  synchronized void disturb(Function<Answer, List<Answer>> answers) {
    disturb = answers;
  }

  synchronized void dropStreams() {
    List.copyOf(streams).forEach(this::drop);
  }

  private synchronized void drop(StreamObserver<ServerFrame> stream) {
    if (streams.remove(stream)) {
      stream.onError(Status.UNAVAILABLE.withDescription("dropped").asRuntimeException());
    }
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  static StatusRuntimeException status(Error error) {
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(Status.Code.UNAVAILABLE.value())
            .setMessage(error.getMessage())
            .addDetails(Any.pack(error))
            .build());
  }

  private synchronized void carryOut(Call call, StreamObserver<ServerFrame> stream) {
    calls.incrementAndGet();
    if (callsToDrop > 0) {
      callsToDrop--;
      drop(stream);
      return;
    }
    Answer answer = answer(call);
    if (answersToLose > 0) {
      answersToLose--;
      drop(stream);
      return;
    }
    ServerFrame frame = ServerFrame.newBuilder().addAllAnswers(disturb.apply(answer)).build();
    if (holding) {
      held.add(() -> send(stream, frame));
    } else {
      send(stream, frame);
    }
  }

  private synchronized void send(StreamObserver<ServerFrame> stream, ServerFrame frame) {
    if (streams.contains(stream)) {
      stream.onNext(frame);
    }
  }

  private Answer answer(Call call) {
    Answer.Builder answer = Answer.newBuilder().setId(call.getId());
    if (!refusals.isEmpty()) {
      return answer.setError(refusals.remove(0)).build();
    }
    try {
      return switch (call.getRequestCase()) {
        case GET -> answer.setGet(database.get(call.getGet())).build();
        case BATCH_GET -> answer.setBatchGet(batchGet(call)).build();
        case PUT ->
            write(
                answer,
                WriteOperation.newBuilder().setPut(call.getPut()),
                call.getPut().getWriteId());
        case INSERT ->
            write(
                answer,
                WriteOperation.newBuilder().setInsert(call.getInsert()),
                call.getInsert().getWriteId());
        case UPDATE ->
            write(
                answer,
                WriteOperation.newBuilder().setUpdate(call.getUpdate()),
                call.getUpdate().getWriteId());
        case DELETE ->
            write(
                answer,
                WriteOperation.newBuilder().setDelete(call.getDelete()),
                call.getDelete().getWriteId());
        case WRITE_BATCH -> {
          var batch = call.getWriteBatch();
          yield answer
              .setWrite(database.write(batch.getOperationsList(), batch.getWriteId()))
              .build();
        }
        case REQUEST_NOT_SET -> throw new IllegalStateException("an empty call");
      };
    } catch (FakeDatabase.Refusal refusal) {
      return answer.setError(refusal.error()).build();
    }
  }

  private BatchGetResponse batchGet(Call call) {
    BatchGetResponse.Builder rows = BatchGetResponse.newBuilder();
    var batch = call.getBatchGet();
    for (var key : batch.getKeysList()) {
      rows.addRows(
          database.get(
              GetRequest.newBuilder()
                  .setTable(batch.getTable())
                  .addAllKey(key.getKeyList())
                  .addAllColumns(batch.getColumnsList())
                  .build()));
    }
    return rows.build();
  }

  private Answer write(Answer.Builder answer, WriteOperation.Builder operation, WriteId writeId) {
    return answer.setWrite(database.write(List.of(operation.build()), writeId)).build();
  }

  private static <T> void answer(StreamObserver<T> observer, Supplier<T> answer) {
    try {
      observer.onNext(answer.get());
      observer.onCompleted();
    } catch (FakeDatabase.Refusal refusal) {
      observer.onError(status(refusal.error()));
    }
  }

  private void pages(StreamObserver<ScanResponse> observer, Supplier<List<ScanResponse>> scan) {
    try {
      for (ScanResponse page : scan.get()) {
        if (takesPage()) {
          observer.onNext(page);
        } else {
          observer.onError(Status.UNAVAILABLE.withDescription("broken").asRuntimeException());
          return;
        }
      }
      observer.onCompleted();
    } catch (FakeDatabase.Refusal refusal) {
      observer.onError(status(refusal.error()));
    }
  }

  private synchronized boolean takesPage() {
    boolean takes = pagesBeforeBreak-- > 0;
    pagesBeforeBreak = takes ? pagesBeforeBreak : Integer.MAX_VALUE;
    return takes;
  }

  synchronized StatusRuntimeException loadFailure() {
    return loadFailure;
  }

  synchronized boolean takesChunk() {
    boolean takes = chunksBeforeBreak-- > 0;
    chunksBeforeBreak = takes ? chunksBeforeBreak : Integer.MAX_VALUE;
    return takes;
  }

  private final class AdminService extends AdminGrpc.AdminImplBase {
    @Override
    public void describeCluster(
        DescribeClusterRequest request, StreamObserver<DescribeClusterResponse> observer) {
      answer(observer, () -> cluster);
    }
  }

  private final class DatabaseService extends DatabaseGrpc.DatabaseImplBase {
    @Override
    public StreamObserver<ClientFrame> multiplex(StreamObserver<ServerFrame> answers) {
      synchronized (FakeRouter.this) {
        streams.add(answers);
      }
      return new StreamObserver<>() {
        @Override
        public void onNext(ClientFrame frame) {
          frames.incrementAndGet();
          frame.getCallsList().forEach(call -> carryOut(call, answers));
        }

        @Override
        public void onError(Throwable cancelled) {
          synchronized (FakeRouter.this) {
            streams.remove(answers);
          }
        }

        @Override
        public void onCompleted() {
          answers.onCompleted();
        }
      };
    }

    @Override
    public void openSession(
        OpenSessionRequest request, StreamObserver<OpenSessionResponse> observer) {
      answer(
          observer,
          () -> OpenSessionResponse.newBuilder().setSession(database.openSession()).build());
    }

    @Override
    public void createTable(
        CreateTableRequest request, StreamObserver<CreateTableResponse> observer) {
      answer(
          observer,
          () ->
              CreateTableResponse.newBuilder()
                  .setTable(database.create(request.getDefinition(), request.getIfNotExists()))
                  .build());
    }

    @Override
    public void dropTable(DropTableRequest request, StreamObserver<DropTableResponse> observer) {
      answer(
          observer,
          () -> {
            database.drop(request.getTable(), request.getIfExists());
            return DropTableResponse.getDefaultInstance();
          });
    }

    @Override
    public void listTables(ListTablesRequest request, StreamObserver<ListTablesResponse> observer) {
      answer(
          observer, () -> ListTablesResponse.newBuilder().addAllTables(database.tables()).build());
    }

    @Override
    public void describeTable(
        DescribeTableRequest request, StreamObserver<DescribeTableResponse> observer) {
      answer(
          observer,
          () ->
              DescribeTableResponse.newBuilder()
                  .setTable(database.describe(request.getTable()))
                  .build());
    }

    @Override
    public void listKeyspaces(
        ListKeyspacesRequest request, StreamObserver<ListKeyspacesResponse> observer) {
      var main = KeyspaceDefinition.newBuilder().setName("main").setShards(8);
      answer(
          observer,
          () ->
              ListKeyspacesResponse.newBuilder()
                  .addKeyspaces(
                      Keyspace.newBuilder().setId(1).setDefinition(main.setReplicationFactor(3)))
                  .build());
    }

    @Override
    public void scan(ScanRequest request, StreamObserver<ScanResponse> observer) {
      pages(observer, () -> database.scan(request));
    }

    @Override
    public void scanTable(ScanTableRequest request, StreamObserver<ScanResponse> observer) {
      pages(observer, () -> database.scanTable(request));
    }

    @Override
    public StreamObserver<BulkLoadRequest> bulkLoad(StreamObserver<BulkLoadResponse> observer) {
      return new FakeLoad(FakeRouter.this, database, observer);
    }
  }
}
