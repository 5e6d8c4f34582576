package dev.keelson.operator.database;

import dev.keelson.proto.v1.AdminGrpc;
import dev.keelson.proto.v1.DescribeClusterRequest;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Asks through keelson.v1.Admin. Each question has a channel of its own: questions are seldom, and
 * a kept channel per cluster would be one more thing to keep track of.
 */
public final class AdminDatabaseView implements DatabaseView {
  /** 4,096 shards with seven replicas each, with room. */
  private static final int LARGEST_ANSWER_BYTES = 16 << 20;

  private static final int LONGEST_REASON = 200;

  private final Duration deadline;

  public AdminDatabaseView(Duration deadline) {
    this.deadline = deadline;
  }

  @Override
  public DatabaseReport ask(String endpoint) {
    ManagedChannel channel =
        NettyChannelBuilder.forTarget("dns:///" + endpoint)
            .usePlaintext()
            .maxInboundMessageSize(LARGEST_ANSWER_BYTES)
            .build();
    try {
      return new DatabaseReport.Reached(
          AdminGrpc.newBlockingStub(channel)
              .withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS)
              .describeCluster(DescribeClusterRequest.getDefaultInstance()));
    } catch (StatusRuntimeException e) {
      return new DatabaseReport.Unreachable(endpoint + ": " + reason(e));
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
