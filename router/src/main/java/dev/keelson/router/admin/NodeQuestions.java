package dev.keelson.router.admin;

import dev.keelson.core.shard.NodeId;
import dev.keelson.proto.internal.v1.DescribeNodeRequest;
import dev.keelson.proto.internal.v1.DescribeNodeResponse;
import dev.keelson.proto.internal.v1.FragmentsGrpc;
import dev.keelson.router.node.NodeLink;
import dev.keelson.router.node.NodeLinks;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Asks all data nodes at once how they are. */
final class NodeQuestions {
  private final NodeLinks links;
  private final Duration patience;

  NodeQuestions(NodeLinks links, Duration patience) {
    this.links = links;
    this.patience = patience;
  }

  /** What a node said, or why it said nothing. */
  sealed interface NodeAnswer {
    record Described(DescribeNodeResponse description) implements NodeAnswer {}

    record Silent(String why) implements NodeAnswer {}
  }

  /** Completes within the patience, whatever the nodes do. */
  CompletableFuture<Map<NodeId, NodeAnswer>> ask() {
    Map<NodeId, CompletableFuture<NodeAnswer>> asked = new HashMap<>();
    for (NodeLink link : links.all()) {
      asked.put(link.node(), ask(link));
    }
    return CompletableFuture.allOf(asked.values().toArray(CompletableFuture[]::new))
        .thenApply(
            all -> {
              Map<NodeId, NodeAnswer> answers = new HashMap<>();
              asked.forEach((node, answer) -> answers.put(node, answer.join()));
              return answers;
            });
  }

  private CompletableFuture<NodeAnswer> ask(NodeLink link) {
    CompletableFuture<NodeAnswer> answer = new CompletableFuture<>();
    FragmentsGrpc.newStub(link.channel())
        .withDeadlineAfter(patience.toNanos(), TimeUnit.NANOSECONDS)
        .describeNode(
            DescribeNodeRequest.getDefaultInstance(),
            new StreamObserver<>() {
              @Override
              public void onNext(DescribeNodeResponse description) {
                answer.complete(new NodeAnswer.Described(description));
              }

              @Override
              public void onError(Throwable why) {
                answer.complete(
                    new NodeAnswer.Silent("does not answer: " + Status.fromThrowable(why)));
              }

              @Override
              public void onCompleted() {
                answer.complete(new NodeAnswer.Silent("answered nothing"));
              }
            });
    return answer;
  }
}
