package dev.keelson.router.rpc;

import dev.keelson.proto.v1.AdminGrpc;
import dev.keelson.proto.v1.DescribeClusterRequest;
import dev.keelson.proto.v1.DescribeClusterResponse;
import dev.keelson.router.admin.ClusterDescriber;
import dev.keelson.router.rpc.RequestMetrics.Method;
import dev.keelson.router.work.Work;
import io.grpc.stub.StreamObserver;

/** The service for operators and the command line. */
public final class AdminService extends AdminGrpc.AdminImplBase {
  private final ClusterDescriber describer;
  private final BlockingCalls blocking;

  public AdminService(ClusterDescriber describer, Work work, RequestMetrics metrics) {
    this.describer = describer;
    this.blocking = new BlockingCalls(work.threads(), work.administration(), metrics);
  }

  @Override
  public void describeCluster(
      DescribeClusterRequest request, StreamObserver<DescribeClusterResponse> client) {
    blocking.run(Method.DESCRIBE_CLUSTER, client, () -> describer.describe().get());
  }
}
