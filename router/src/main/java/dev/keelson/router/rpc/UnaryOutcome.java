package dev.keelson.router.rpc;

import dev.keelson.core.error.DatabaseException;
import dev.keelson.router.request.Outcome;
import dev.keelson.runtime.net.ErrorStatus;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/** Answers a call of one request. */
final class UnaryOutcome<A> implements Outcome<A> {
  private final ServerCallStreamObserver<A> call;

  UnaryOutcome(StreamObserver<A> call) {
    this.call = (ServerCallStreamObserver<A>) call;
    // Else an answer to a client that has gone away throws.
    this.call.setOnCancelHandler(() -> {});
  }

  @Override
  public void answered(A answer) {
    if (!call.isCancelled()) {
      call.onNext(answer);
      call.onCompleted();
    }
  }

  @Override
  public void failed(DatabaseException why) {
    if (!call.isCancelled()) {
      call.onError(ErrorStatus.toStatus(why));
    }
  }

  @Override
  public boolean abandoned() {
    return call.isCancelled();
  }
}
