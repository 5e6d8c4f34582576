package dev.keelson.router.rpc;

import dev.keelson.core.error.DatabaseException;
import dev.keelson.router.request.Outcome;
import dev.keelson.runtime.net.ErrorStatus;
import io.grpc.stub.ServerCallStreamObserver;

/** The end of a stream of answers. */
record StreamEnd(ServerCallStreamObserver<?> call) implements Outcome<Boolean> {
  @Override
  public void answered(Boolean sent) {
    if (!call.isCancelled()) {
      call.onCompleted();
    }
  }

  @Override
  public void failed(DatabaseException why) {
    if (!call.isCancelled()) {
      call.onError(ErrorStatus.toStatus(why));
    }
  }
}
