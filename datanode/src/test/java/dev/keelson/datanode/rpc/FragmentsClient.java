package dev.keelson.datanode.rpc;

import dev.keelson.proto.internal.v1.DescribeNodeRequest;
import dev.keelson.proto.internal.v1.DescribeNodeResponse;
import dev.keelson.proto.internal.v1.FragmentsGrpc;
import dev.keelson.proto.internal.v1.NodeAnswer;
import dev.keelson.proto.internal.v1.NodeAnswerFrame;
import dev.keelson.proto.internal.v1.NodeCall;
import dev.keelson.proto.internal.v1.NodeCallFrame;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A router that has nothing but its stream to one node. */
public final class FragmentsClient implements AutoCloseable {
  private final ManagedChannel channel;
  private final ClientCall<NodeCallFrame, NodeAnswerFrame> call;
  private final Map<Long, CompletableFuture<NodeAnswer>> waiting = new ConcurrentHashMap<>();
  private final AtomicLong nextId = new AtomicLong();
  private final AtomicInteger frames = new AtomicInteger();
  private final CompletableFuture<Status> ended = new CompletableFuture<>();

  public FragmentsClient(String address, String cluster) {
    channel =
        NettyChannelBuilder.forTarget(address)
            .usePlaintext()
            .maxInboundMessageSize(16 << 20)
            .build();
    call = channel.newCall(FragmentsService.EXECUTE, CallOptions.DEFAULT);
    call.start(new Listener(), new Metadata());
    call.sendMessage(NodeCallFrame.newBuilder().setClusterId(cluster).build());
  }

  /** Lets the node send so many frames more. */
  public FragmentsClient reading(int count) {
    call.request(count);
    return this;
  }

  private final class Listener extends ClientCall.Listener<NodeAnswerFrame> {
    @Override
    public void onMessage(NodeAnswerFrame frame) {
      frames.incrementAndGet();
      for (NodeAnswer answer : frame.getAnswersList()) {
        CompletableFuture<NodeAnswer> waiter = waiting.remove(answer.getId());
        if (waiter != null) {
          waiter.complete(answer);
        }
      }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      ended.complete(status);
      waiting.values().forEach(it -> it.completeExceptionally(status.asRuntimeException()));
    }
  }

  public synchronized CompletableFuture<NodeAnswer> send(NodeCall.Builder asked) {
    return send(List.of(asked)).getFirst();
  }

  /** All in one frame. */
  public synchronized List<CompletableFuture<NodeAnswer>> send(List<NodeCall.Builder> asked) {
    NodeCallFrame.Builder frame = NodeCallFrame.newBuilder();
    List<CompletableFuture<NodeAnswer>> answers =
        asked.stream()
            .map(
                it -> {
                  long id = nextId.incrementAndGet();
                  CompletableFuture<NodeAnswer> answer = new CompletableFuture<>();
                  waiting.put(id, answer);
                  frame.addCalls(it.setId(id));
                  return answer;
                })
            .toList();
    call.sendMessage(frame.build());
    return answers;
  }

  public Status ended() throws Exception {
    return ended.get(10, TimeUnit.SECONDS);
  }

  public int frames() {
    return frames.get();
  }

  public DescribeNodeResponse describe() {
    return FragmentsGrpc.newBlockingStub(channel)
        .withDeadlineAfter(5, TimeUnit.SECONDS)
        .describeNode(DescribeNodeRequest.getDefaultInstance());
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
