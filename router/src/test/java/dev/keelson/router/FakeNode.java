package dev.keelson.router;

import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.shard.NodeId;
import dev.keelson.proto.internal.v1.DescribeNodeRequest;
import dev.keelson.proto.internal.v1.DescribeNodeResponse;
import dev.keelson.proto.internal.v1.FragmentsGrpc;
import dev.keelson.proto.internal.v1.NodeAnswer;
import dev.keelson.proto.internal.v1.NodeAnswerFrame;
import dev.keelson.proto.internal.v1.NodeCall;
import dev.keelson.proto.internal.v1.NodeCallFrame;
import dev.keelson.proto.internal.v1.NodeError;
import dev.keelson.proto.internal.v1.ReplicaStatus;
import dev.keelson.proto.v1.Consistency;
import dev.keelson.proto.v1.Proof;
import dev.keelson.proto.v1.ReadOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A data node for tests: a real server with the real service, which can be made to go wrong. */
final class FakeNode implements AutoCloseable {
  /** How the node treats the calls that it gets. */
  enum Behaviour {
    CORRECT,
    /** Refuses as if it led nothing, and names the leader. */
    REFUSES_WITH_HINT,
    REFUSES_WITHOUT_HINT,
    /** Takes calls and never answers. */
    SILENT,
    /** Does what a write asks, then breaks the stream; once. */
    APPLIES_THEN_BREAKS,
    /** Says that it doesn't know what became of a write, having applied it; once. */
    APPLIES_THEN_UNKNOWN,
    OVERLOADED,
    /** Follows, and can't show how fresh it is. */
    TOO_STALE,
    /** Answers with what nobody asked for. */
    CONFUSED,
    /** Sends bytes that are no frame. */
    GARBAGE
  }

  private static final NodeAnswerFrame GARBAGE =
      NodeAnswerFrame.newBuilder().addAnswers(NodeAnswer.newBuilder().setId(666)).build();

  private static final int FRAME_BYTES = 1 << 20;

  final NodeId id;
  final String zone;
  final AtomicInteger calls = new AtomicInteger();
  final AtomicInteger frames = new AtomicInteger();
  final List<ReadOptions> readOptions = new CopyOnWriteArrayList<>();
  final List<NodeCall> reads = new CopyOnWriteArrayList<>();
  volatile Behaviour behaviour = Behaviour.CORRECT;
  volatile int greatestPage = 1_000;
  private final FakeCluster cluster;
  private final List<Stream> streams = new CopyOnWriteArrayList<>();
  private int port;
  private @Nullable Server server;

  FakeNode(NodeId id, String zone, FakeCluster cluster) {
    this.id = id;
    this.zone = zone;
    this.cluster = cluster;
  }

  synchronized FakeNode start() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port))
            .directExecutor()
            .addService(serviceThatCanTalkGarbage())
            .build()
            .start();
    port = server.getPort();
    return this;
  }

  private ServerServiceDefinition serviceThatCanTalkGarbage() {
    ServerServiceDefinition correct = new Service().bindService();
    MethodDescriptor<NodeCallFrame, NodeAnswerFrame> execute =
        FragmentsGrpc.getExecuteMethod().toBuilder()
            .setResponseMarshaller(new GarbageMarshaller())
            .build();
    MethodDescriptor<DescribeNodeRequest, DescribeNodeResponse> describe =
        FragmentsGrpc.getDescribeNodeMethod();
    @SuppressWarnings("unchecked")
    var executeMethod =
        (ServerMethodDefinition<NodeCallFrame, NodeAnswerFrame>)
            correct.getMethod(execute.getFullMethodName());
    @SuppressWarnings("unchecked")
    var describeMethod =
        (ServerMethodDefinition<DescribeNodeRequest, DescribeNodeResponse>)
            correct.getMethod(describe.getFullMethodName());
    return ServerServiceDefinition.builder(
            ServiceDescriptor.newBuilder(FragmentsGrpc.SERVICE_NAME)
                .addMethod(execute)
                .addMethod(describe)
                .build())
        .addMethod(execute, executeMethod.getServerCallHandler())
        .addMethod(describe, describeMethod.getServerCallHandler())
        .build();
  }

  /** Writes {@link #GARBAGE} as bytes that can't be parsed. */
  private static final class GarbageMarshaller
      implements MethodDescriptor.Marshaller<NodeAnswerFrame> {
    private final MethodDescriptor.Marshaller<NodeAnswerFrame> correct =
        ProtoUtils.marshaller(NodeAnswerFrame.getDefaultInstance());

    @Override
    @SuppressWarnings("ReferenceEquality")
    public InputStream stream(NodeAnswerFrame frame) {
      return frame == GARBAGE
          ? new ByteArrayInputStream(new byte[] {-1, -1, -1, 7})
          : correct.stream(frame);
    }

    @Override
    public NodeAnswerFrame parse(InputStream bytes) {
      return correct.parse(bytes);
    }
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  /** Like a process that is killed: everything breaks at once. */
  synchronized void stop() {
    Server running = server;
    if (running != null) {
      running.shutdownNow();
      server = null;
    }
  }

  void breakStreams() {
    streams.forEach(stream -> stream.fail(Status.UNAVAILABLE.withDescription("broken by test")));
  }

  /** Calls that were taken and not answered. */
  int held() {
    return streams.stream().mapToInt(stream -> stream.held.size()).sum();
  }

  /** Does now what was asked meanwhile. */
  void releaseHeld() {
    behaviour = Behaviour.CORRECT;
    streams.forEach(Stream::release);
  }

  @Override
  public void close() {
    stop();
  }

  private final class Service extends FragmentsGrpc.FragmentsImplBase {
    @Override
    public StreamObserver<NodeCallFrame> execute(StreamObserver<NodeAnswerFrame> router) {
      Stream stream = new Stream(router);
      streams.add(stream);
      return stream;
    }

    @Override
    public void describeNode(
        DescribeNodeRequest request, StreamObserver<DescribeNodeResponse> answer) {
      if (behaviour == Behaviour.SILENT) {
        return;
      }
      DescribeNodeResponse.Builder description =
          DescribeNodeResponse.newBuilder().setNode(id.name()).setBoot(7).setVersion("test");
      for (FakeShard shard : cluster.shards()) {
        if (shard.voters.contains(id)) {
          description.addReplicas(
              ReplicaStatus.newBuilder()
                  .setShard(shard.id.number())
                  .setTerm(shard.term)
                  .setRole(id.equals(shard.leader) ? "LEADER" : "FOLLOWER")
                  .setStorageId("disk")
                  .setLastTerm(shard.term)
                  .setLastIndex(40)
                  .setCommitIndex(39)
                  .setRows(shard.rowCount()));
        }
      }
      answer.onNext(description.build());
      answer.onCompleted();
    }
  }

  private final class Stream implements StreamObserver<NodeCallFrame> {
    private final StreamObserver<NodeAnswerFrame> router;
    private final List<NodeCall> held = new CopyOnWriteArrayList<>();
    private boolean introduced;
    private boolean over;

    Stream(StreamObserver<NodeAnswerFrame> router) {
      this.router = router;
    }

    @Override
    public synchronized void onNext(NodeCallFrame frame) {
      if (!introduced && !frame.getClusterId().equals(FakeCluster.CLUSTER_ID)) {
        fail(Status.FAILED_PRECONDITION.withDescription("another cluster"));
        return;
      }
      introduced = true;
      frames.incrementAndGet();
      List<NodeAnswer> answers = new ArrayList<>();
      for (NodeCall call : frame.getCallsList()) {
        calls.incrementAndGet();
        handle(call, answers);
      }
      send(answers);
    }

    private void handle(NodeCall call, List<NodeAnswer> answers) {
      switch (behaviour) {
        case CORRECT -> answers.add(carryOut(call));
        case REFUSES_WITH_HINT -> answers.add(notLeader(call, true));
        case REFUSES_WITHOUT_HINT -> answers.add(notLeader(call, false));
        case SILENT -> held.add(call);
        case APPLIES_THEN_BREAKS -> {
          behaviour = Behaviour.CORRECT;
          carryOut(call);
          fail(Status.UNAVAILABLE.withDescription("broken by test"));
        }
        case APPLIES_THEN_UNKNOWN -> {
          behaviour = Behaviour.CORRECT;
          carryOut(call);
          answers.add(error(call, ErrorCode.OUTCOME_UNKNOWN.because("Lost by test")));
        }
        case TOO_STALE -> answers.add(error(call, ErrorCode.TOO_STALE.because("Old by test")));
        case OVERLOADED -> answers.add(error(call, ErrorCode.OVERLOADED.because("Full by test")));
        case CONFUSED -> {
          answers.add(NodeAnswer.newBuilder().setId(call.getId() + 1_000_000).build());
          answers.add(NodeAnswer.newBuilder().setId(call.getId()).build());
        }
        case GARBAGE -> router.onNext(GARBAGE);
      }
    }

    private NodeAnswer carryOut(NodeCall call) {
      if (!cluster.has(call.getShard())) {
        return error(call, ErrorCode.WRONG_SHARD.because("Not here by test"));
      }
      FakeShard shard = cluster.shard(call.getShard());
      ReadOptions options =
          call.hasRead() ? call.getRead().getOptions() : call.getScan().getOptions();
      boolean stale = options.getConsistency() == Consistency.STALE;
      boolean bounded = options.getConsistency() == Consistency.BOUNDED;
      boolean leads = id.equals(shard.leader);
      if (!leads && (!(stale || bounded) || options.getConfirmByQuorum())) {
        return notLeader(call, true);
      }
      NodeAnswer.Builder answer =
          NodeAnswer.newBuilder()
              .setId(call.getId())
              .setTerm(shard.term)
              .setIndex(shard.index())
              .setProof(stale || !leads ? Proof.FOLLOWER : Proof.LEASE);
      if (!stale) {
        answer.setAgeMillis(leads ? 0 : 7);
      }
      if (!call.hasCommand()) {
        reads.add(call);
      }
      switch (call.getBodyCase()) {
        case COMMAND ->
            answer
                .clearAgeMillis()
                .setProof(Proof.COMMITTED)
                .setWritten(shard.apply(call.getCommand()))
                .setIndex(shard.index());
        case READ -> {
          readOptions.add(call.getRead().getOptions());
          answer.setRows(shard.read(call.getRead()));
        }
        case SCAN -> {
          readOptions.add(call.getScan().getOptions());
          answer.setPage(shard.scan(call.getScan(), greatestPage));
        }
        case BODY_NOT_SET -> throw new IllegalStateException("a call without a body");
      }
      return answer.build();
    }

    private NodeAnswer notLeader(NodeCall call, boolean hint) {
      FakeShard shard = cluster.shard(call.getShard());
      NodeError.Builder error =
          NodeError.newBuilder().setError(ErrorCode.NOT_LEADER.because("Not by test").toProto());
      NodeId leader = shard.leader;
      if (hint && leader != null) {
        error.setLeader(leader.name()).setLeaderTerm(shard.term);
      }
      return NodeAnswer.newBuilder().setId(call.getId()).setError(error).build();
    }

    private NodeAnswer error(NodeCall call, DatabaseException why) {
      return NodeAnswer.newBuilder()
          .setId(call.getId())
          .setError(NodeError.newBuilder().setError(why.toProto()))
          .build();
    }

    private synchronized void release() {
      List<NodeAnswer> answers = held.stream().map(this::carryOut).toList();
      held.clear();
      send(answers);
    }

    private void send(List<NodeAnswer> answers) {
      if (over) {
        return;
      }
      NodeAnswerFrame.Builder frame = NodeAnswerFrame.newBuilder();
      int bytes = 0;
      for (NodeAnswer answer : answers) {
        frame.addAnswers(answer);
        bytes += answer.getSerializedSize();
        if (bytes > FRAME_BYTES) {
          router.onNext(frame.build());
          frame.clear();
          bytes = 0;
        }
      }
      if (frame.getAnswersCount() > 0) {
        router.onNext(frame.build());
      }
    }

    private synchronized void fail(Status status) {
      if (!over) {
        over = true;
        streams.remove(this);
        router.onError(status.asRuntimeException());
      }
    }

    @Override
    public synchronized void onError(Throwable broken) {
      over = true;
      streams.remove(this);
    }

    @Override
    public synchronized void onCompleted() {
      over = true;
      streams.remove(this);
      router.onCompleted();
    }
  }
}
