package dev.keelson.router.rpc;

import dev.keelson.proto.v1.BulkLoadRequest;
import dev.keelson.proto.v1.BulkLoadResponse;
import dev.keelson.router.load.BulkLoads;
import dev.keelson.router.load.LoadStream;
import dev.keelson.router.request.Outcome;
import dev.keelson.router.rpc.RequestMetrics.Method;
import dev.keelson.router.work.VirtualThreads;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/** Bulk loads, each on a virtual thread. */
final class LoadCalls {
  private final BulkLoads loads;
  private final VirtualThreads threads;
  private final VirtualThreads.Room room;
  private final Deadlines deadlines;
  private final RequestMetrics metrics;

  LoadCalls(
      BulkLoads loads,
      VirtualThreads threads,
      VirtualThreads.Room room,
      Deadlines deadlines,
      RequestMetrics metrics) {
    this.loads = loads;
    this.threads = threads;
    this.room = room;
    this.deadlines = deadlines;
    this.metrics = metrics;
  }

  StreamObserver<BulkLoadRequest> start(StreamObserver<BulkLoadResponse> client) {
    var call = (ServerCallStreamObserver<BulkLoadResponse>) client;
    call.disableAutoRequest();
    BulkLoads.Running load = loads.begin(new Client(call), deadlines.ofStream());
    Outcome<Boolean> outcome = metrics.timed(Method.BULK_LOAD, new StreamEnd(call));
    StreamWork work = new StreamWork(load::run, outcome);
    call.setOnReadyHandler(load::clientReady);
    call.setOnCancelHandler(work::cancel);
    threads.run(room, work).ifPresent(outcome::failed);
    return new Messages(load, work);
  }

  private record Client(ServerCallStreamObserver<BulkLoadResponse> call) implements LoadStream {
    @Override
    public void requestMessage() {
      call.request(1);
    }

    @Override
    public boolean isReady() {
      return call.isReady();
    }

    @Override
    public void send(BulkLoadResponse answer) {
      if (!call.isCancelled()) {
        call.onNext(answer);
      }
    }
  }

  private record Messages(BulkLoads.Running load, StreamWork work)
      implements StreamObserver<BulkLoadRequest> {
    @Override
    public void onNext(BulkLoadRequest message) {
      load.message(message);
    }

    @Override
    public void onError(Throwable broken) {
      work.cancel();
    }

    @Override
    public void onCompleted() {
      load.lastMessage();
    }
  }
}
