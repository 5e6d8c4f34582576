package dev.keelson.datanode.rpc;

import dev.keelson.datanode.wire.FrameMarshaller;
import dev.keelson.datanode.wire.NettyLoop;
import dev.keelson.proto.internal.v1.DescribeNodeRequest;
import dev.keelson.proto.internal.v1.DescribeNodeResponse;
import dev.keelson.proto.internal.v1.FragmentsGrpc;
import dev.keelson.proto.internal.v1.NodeAnswerFrame;
import dev.keelson.proto.internal.v1.NodeCallFrame;
import dev.keelson.runtime.net.ErrorStatus;
import dev.keelson.runtime.net.RpcServer;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/** The service that routers call. Streams live on the loop of the shards. */
public final class FragmentsService implements BindableService, AutoCloseable {
  static final MethodDescriptor<NodeCallFrame, NodeAnswerFrame> EXECUTE =
      FrameMarshaller.framed(
          FragmentsGrpc.getExecuteMethod(),
          NodeCallFrame.getDefaultInstance(),
          NodeAnswerFrame.getDefaultInstance());

  private final String clusterId;
  private final FragmentsConfig config;
  private final NettyLoop loop;
  private final NodeCalls calls;
  private final NodeDescription description;
  private final Executor background;
  private final FragmentsMetrics metrics;
  private final Set<RouterStream> streams = ConcurrentHashMap.newKeySet();

  /**
   * @param background may block; describes the node
   */
  public FragmentsService(
      String clusterId,
      FragmentsConfig config,
      NettyLoop loop,
      NodeCalls calls,
      NodeDescription description,
      Executor background,
      FragmentsMetrics metrics) {
    this.clusterId = clusterId;
    this.config = config;
    this.loop = loop;
    this.calls = calls;
    this.description = description;
    this.background = background;
    this.metrics = metrics;
  }

  @Override
  public ServerServiceDefinition bindService() {
    MethodDescriptor<DescribeNodeRequest, DescribeNodeResponse> describe =
        FragmentsGrpc.getDescribeNodeMethod();
    return ServerServiceDefinition.builder(
            ServiceDescriptor.newBuilder(FragmentsGrpc.SERVICE_NAME)
                .setSchemaDescriptor(FragmentsGrpc.getServiceDescriptor().getSchemaDescriptor())
                .addMethod(EXECUTE)
                .addMethod(describe)
                .build())
        .addMethod(EXECUTE, (call, headers) -> execute(call))
        .addMethod(describe, ServerCalls.asyncUnaryCall((request, answer) -> describe(answer)))
        .build();
  }

  private ServerCall.Listener<NodeCallFrame> execute(
      ServerCall<NodeCallFrame, NodeAnswerFrame> call) {
    call.setOnReadyThreshold(config.frameBytes());
    call.sendHeaders(new Metadata());
    call.request(config.framesAhead());
    RouterStream stream =
        new RouterStream(
            call, clusterId, config, RpcServer.gate(), loop, calls, metrics, streams::remove);
    streams.add(stream);
    return stream;
  }

  /** Ends all streams, so that routers look elsewhere at once. */
  @Override
  public void close() {
    streams.forEach(it -> it.end(Status.UNAVAILABLE.withDescription("the node stops")));
  }

  private void describe(StreamObserver<DescribeNodeResponse> answer) {
    background.execute(
        () -> {
          DescribeNodeResponse described;
          try {
            described = description.describe();
          } catch (Exception e) {
            if (e instanceof InterruptedException) {
              Thread.currentThread().interrupt();
            }
            answer.onError(ErrorStatus.toStatus(e));
            return;
          }
          answer.onNext(described);
          answer.onCompleted();
        });
  }
}
