package dev.keelson.router.rpc;

import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.v1.AdminGrpc;
import dev.keelson.proto.v1.CheckDrainedRequest;
import dev.keelson.proto.v1.CheckDrainedResponse;
import dev.keelson.proto.v1.DescribeClusterRequest;
import dev.keelson.proto.v1.DescribeClusterResponse;
import dev.keelson.proto.v1.DrainNodeRequest;
import dev.keelson.proto.v1.DrainNodeResponse;
import dev.keelson.proto.v1.ForceRecoverRequest;
import dev.keelson.proto.v1.ForceRecoverResponse;
import dev.keelson.proto.v1.UndrainNodeRequest;
import dev.keelson.proto.v1.UndrainNodeResponse;
import dev.keelson.router.admin.ClusterDescriber;
import dev.keelson.router.admin.DrainProgress;
import dev.keelson.router.admin.Drains;
import dev.keelson.router.admin.Recoveries;
import dev.keelson.router.rpc.RequestMetrics.Method;
import dev.keelson.router.work.Work;
import io.grpc.stub.StreamObserver;

/** The service for operators and the command line. */
public final class AdminService extends AdminGrpc.AdminImplBase {
  private final ClusterDescriber describer;
  private final Drains drains;
  private final Recoveries recoveries;
  private final BlockingCalls blocking;

  public AdminService(
      ClusterDescriber describer,
      Drains drains,
      Recoveries recoveries,
      Work work,
      RequestMetrics metrics) {
    this.describer = describer;
    this.drains = drains;
    this.recoveries = recoveries;
    this.blocking = new BlockingCalls(work.threads(), work.administration(), metrics);
  }

  @Override
  public void describeCluster(
      DescribeClusterRequest request, StreamObserver<DescribeClusterResponse> client) {
    blocking.run(Method.DESCRIBE_CLUSTER, client, () -> describer.describe().get());
  }

  @Override
  public void drainNode(DrainNodeRequest request, StreamObserver<DrainNodeResponse> client) {
    blocking.run(
        Method.PLACEMENT,
        client,
        () -> {
          if (request.getEvenIfUnknown()) {
            drains.drainEvenIfUnknown(request.getNode(), request.getReason());
          } else {
            drains.drain(request.getNode(), request.getReason());
          }
          return DrainNodeResponse.getDefaultInstance();
        });
  }

  @Override
  public void forceRecover(
      ForceRecoverRequest request, StreamObserver<ForceRecoverResponse> client) {
    blocking.run(Method.PLACEMENT, client, () -> recoveries.recover(request));
  }

  @Override
  public void undrainNode(UndrainNodeRequest request, StreamObserver<UndrainNodeResponse> client) {
    blocking.run(
        Method.PLACEMENT,
        client,
        () -> {
          drains.undrain(request.getNode());
          return UndrainNodeResponse.getDefaultInstance();
        });
  }

  @Override
  public void checkDrained(
      CheckDrainedRequest request, StreamObserver<CheckDrainedResponse> client) {
    blocking.run(Method.PLACEMENT, client, () -> answer(drains.check(request.getNode())));
  }

  private static CheckDrainedResponse answer(DrainProgress progress) {
    return CheckDrainedResponse.newBuilder()
        .setDrained(progress.drained())
        .addAllShards(progress.shards().stream().map(ShardId::number).toList())
        .build();
  }
}
