package dev.keelson.operator.database;

import dev.keelson.proto.v1.AdminGrpc;
import dev.keelson.proto.v1.AdminGrpc.AdminBlockingStub;
import dev.keelson.proto.v1.CheckDrainedRequest;
import dev.keelson.proto.v1.CheckDrainedResponse;
import dev.keelson.proto.v1.DescribeClusterRequest;
import dev.keelson.proto.v1.DrainNodeRequest;
import dev.keelson.proto.v1.UndrainNodeRequest;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks through keelson.v1.Admin. Each question has a channel of its own: questions are seldom, and
 * a kept channel per cluster would be one more thing to keep track of.
 */
public final class AdminDatabase implements Database {
  private static final Logger log = LoggerFactory.getLogger(AdminDatabase.class);

  /** 4,096 shards with seven replicas each, with room. */
  private static final int LARGEST_ANSWER_BYTES = 16 << 20;

  private static final int LONGEST_REASON = 200;

  private final Duration deadline;

  public AdminDatabase(Duration deadline) {
    this.deadline = deadline;
  }

  @Override
  public DatabaseReport ask(String endpoint) {
    try {
      return new DatabaseReport.Reached(
          call(
              endpoint,
              admin -> admin.describeCluster(DescribeClusterRequest.getDefaultInstance())));
    } catch (StatusRuntimeException e) {
      return new DatabaseReport.Unreachable(endpoint + ": " + reason(e));
    }
  }

  @Override
  public Optional<DrainCheck> check(String endpoint, String node) {
    CheckDrainedRequest request = CheckDrainedRequest.newBuilder().setNode(node).build();
    try {
      CheckDrainedResponse answer = call(endpoint, admin -> admin.checkDrained(request));
      return Optional.of(new DrainCheck(answer.getDrained(), answer.getShardsList()));
    } catch (StatusRuntimeException e) {
      log.info("{}: whether {} is empty is not known: {}", endpoint, node, reason(e));
      return Optional.empty();
    }
  }

  @Override
  public Optional<String> drain(String endpoint, String node, String reason) {
    DrainNodeRequest request =
        DrainNodeRequest.newBuilder()
            .setNode(node)
            .setReason(reason)
            .setEvenIfUnknown(true)
            .build();
    return refusal(endpoint, admin -> admin.drainNode(request));
  }

  @Override
  public Optional<String> undrain(String endpoint, String node) {
    UndrainNodeRequest request = UndrainNodeRequest.newBuilder().setNode(node).build();
    return refusal(endpoint, admin -> admin.undrainNode(request));
  }

  private Optional<String> refusal(String endpoint, Function<AdminBlockingStub, ?> call) {
    try {
      call(endpoint, call);
      return Optional.empty();
    } catch (StatusRuntimeException e) {
      return Optional.of(reason(e));
    }
  }

  private <T> T call(String endpoint, Function<AdminBlockingStub, T> call) {
    ManagedChannel channel =
        NettyChannelBuilder.forTarget("dns:///" + endpoint)
            .usePlaintext()
            .maxInboundMessageSize(LARGEST_ANSWER_BYTES)
            .build();
    try {
      return call.apply(
          AdminGrpc.newBlockingStub(channel)
              .withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS));
    } finally {
      channel.shutdownNow();
    }
  }

  /**
   * Without what differs from try to try (times, addresses of sockets), which would flood status.
   */
  private static String reason(StatusRuntimeException e) {
    return switch (e.getStatus().getCode()) {
      case DEADLINE_EXCEEDED -> "no answer in time";
      case UNAVAILABLE -> "no router can be reached";
      case OK,
          CANCELLED,
          UNKNOWN,
          INVALID_ARGUMENT,
          NOT_FOUND,
          ALREADY_EXISTS,
          PERMISSION_DENIED,
          RESOURCE_EXHAUSTED,
          FAILED_PRECONDITION,
          ABORTED,
          OUT_OF_RANGE,
          UNIMPLEMENTED,
          INTERNAL,
          DATA_LOSS,
          UNAUTHENTICATED -> {
        String description = e.getStatus().getDescription();
        String text = e.getStatus().getCode() + (description == null ? "" : " " + description);
        yield text.substring(0, Math.min(text.length(), LONGEST_REASON));
      }
    };
  }
}
