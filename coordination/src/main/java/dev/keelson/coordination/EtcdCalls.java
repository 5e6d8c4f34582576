package dev.keelson.coordination;

import dev.keelson.coordination.EtcdEndpoints.Endpoint;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrantResponse;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.etcd.jetcd.api.LeaseRevokeResponse;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls to etcd: each with a deadline, each answered on the store's thread. A call that a member
 * doesn't answer makes the next one go to another member; nothing is sent twice.
 */
final class EtcdCalls {
  /** Makes a member that has lost its quorum end a stream, not keep it silently. */
  private static final Metadata.Key<String> NEEDS_LEADER =
      Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);

  private final EtcdEndpoints endpoints;
  private final Executor executor;
  private final Duration timeout;
  private final EtcdMetrics metrics;

  EtcdCalls(EtcdEndpoints endpoints, Executor executor, Duration timeout, EtcdMetrics metrics) {
    this.metrics = metrics;
    this.endpoints = endpoints;
    this.executor = executor;
    this.timeout = timeout;
  }

  CompletableFuture<RangeResponse> range(RangeRequest request) {
    return call(KVGrpc.getRangeMethod(), request);
  }

  CompletableFuture<TxnResponse> transaction(TxnRequest request) {
    return call(KVGrpc.getTxnMethod(), request);
  }

  CompletableFuture<LeaseGrantResponse> grant(Duration ttl) {
    return call(
        LeaseGrpc.getLeaseGrantMethod(),
        LeaseGrantRequest.newBuilder().setTTL(ttl.toSeconds()).build());
  }

  /** One sign of life; answered with the lease's time to live, 0 when there is no such lease. */
  CompletableFuture<LeaseKeepAliveResponse> keepAlive(long lease) {
    return call(
        LeaseGrpc.getLeaseKeepAliveMethod(),
        LeaseKeepAliveRequest.newBuilder().setID(lease).build());
  }

  CompletableFuture<LeaseRevokeResponse> revoke(long lease) {
    return call(
        LeaseGrpc.getLeaseRevokeMethod(), LeaseRevokeRequest.newBuilder().setID(lease).build());
  }

  /** A watch stream to the member in use. */
  WatchStream watch(StreamObserver<WatchResponse> observer) {
    Endpoint endpoint = endpoints.current();
    CallOptions options = CallOptions.DEFAULT.withExecutor(executor);
    ClientCall<WatchRequest, WatchResponse> call =
        endpoint.channel().newCall(WatchGrpc.getWatchMethod(), options);
    return new WatchStream(
        endpoint, call, ClientCalls.asyncBidiStreamingCall(withLeader(call), observer));
  }

  void failed(Endpoint endpoint, String why) {
    endpoints.failed(endpoint, why);
  }

  EtcdMetrics metrics() {
    return metrics;
  }

  int members() {
    return endpoints.size();
  }

  record WatchStream(
      Endpoint endpoint,
      ClientCall<WatchRequest, WatchResponse> call,
      StreamObserver<WatchRequest> requests) {}

  private <Q, A> CompletableFuture<A> call(MethodDescriptor<Q, A> method, Q request) {
    Endpoint endpoint = endpoints.current();
    CallOptions options =
        CallOptions.DEFAULT
            .withExecutor(executor)
            .withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS);
    metrics.called();
    CompletableFuture<A> answer = new CompletableFuture<>();
    ClientCall<Q, A> call = endpoint.channel().newCall(method, options);
    StreamObserver<A> observer =
        new Answer<>(answer, endpoints::answered, error -> failed(endpoint, error));
    if (method.getType() == MethodDescriptor.MethodType.UNARY) {
      ClientCalls.asyncUnaryCall(call, request, observer);
    } else {
      StreamObserver<Q> requests = ClientCalls.asyncBidiStreamingCall(withLeader(call), observer);
      requests.onNext(request);
      requests.onCompleted();
    }
    return answer;
  }

  private static <Q, A> ClientCall<Q, A> withLeader(ClientCall<Q, A> call) {
    return new io.grpc.ForwardingClientCall.SimpleForwardingClientCall<>(call) {
      @Override
      public void start(Listener<A> listener, Metadata headers) {
        headers.put(NEEDS_LEADER, "true");
        super.start(listener, headers);
      }
    };
  }

  private void failed(Endpoint endpoint, Throwable error) {
    metrics.failed();
    if (isFailureOfMember(error)) {
      failed(endpoint, words(error));
    }
  }

  /** Whether an error speaks against the member and not against the request. */
  static boolean isFailureOfMember(Throwable error) {
    return switch (Status.fromThrowable(error).getCode()) {
      case UNAVAILABLE, DEADLINE_EXCEEDED, UNKNOWN, INTERNAL, CANCELLED -> true;
      default -> false;
    };
  }

  static String words(Throwable error) {
    Status status = Status.fromThrowable(error);
    String description = status.getDescription();
    return description == null ? status.getCode().name() : status.getCode() + ": " + description;
  }

  private static final class Answer<A> implements StreamObserver<A> {
    private final CompletableFuture<A> answer;
    private final Runnable answered;
    private final Consumer<Throwable> failed;
    private @Nullable A value;

    Answer(CompletableFuture<A> answer, Runnable answered, Consumer<Throwable> failed) {
      this.answer = answer;
      this.answered = answered;
      this.failed = failed;
    }

    @Override
    public void onNext(A next) {
      value = next;
    }

    @Override
    public void onError(Throwable error) {
      failed.accept(error);
      answer.completeExceptionally(error);
    }

    @Override
    public void onCompleted() {
      A received = value;
      if (received == null) {
        onError(Status.INTERNAL.withDescription("etcd answered nothing").asRuntimeException());
      } else {
        answered.run();
        answer.complete(received);
      }
    }
  }
}
