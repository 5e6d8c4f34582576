package dev.keelson.router.rpc;

import dev.keelson.proto.v1.ScanRequest;
import dev.keelson.proto.v1.ScanResponse;
import dev.keelson.proto.v1.ScanTableRequest;
import dev.keelson.router.request.Outcome;
import dev.keelson.router.rpc.RequestMetrics.Method;
import dev.keelson.router.scan.AnswerSink;
import dev.keelson.router.scan.Scans;
import dev.keelson.router.work.VirtualThreads;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;

/** Scans, each on a virtual thread that sends at the pace of its client. */
final class ScanCalls {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Scans scans;
  private final VirtualThreads threads;
  private final VirtualThreads.Room room;
  private final Deadlines deadlines;
  private final RequestMetrics metrics;

  private interface Scan {
    void run(AnswerSink sink) throws InterruptedException;
  }

  ScanCalls(
      Scans scans,
      VirtualThreads threads,
      VirtualThreads.Room room,
      Deadlines deadlines,
      RequestMetrics metrics) {
    this.scans = scans;
    this.threads = threads;
    this.room = room;
    this.deadlines = deadlines;
    this.metrics = metrics;
  }

  void scan(ScanRequest request, StreamObserver<ScanResponse> client) {
    long deadline = deadlines.ofStream();
    start(Method.SCAN, client, sink -> scans.scan(request, deadline, sink));
  }

  void scanTable(ScanTableRequest request, StreamObserver<ScanResponse> client) {
    long deadline = deadlines.ofStream();
    start(Method.SCAN_TABLE, client, sink -> scans.scanTable(request, deadline, sink));
  }

  private void start(Method method, StreamObserver<ScanResponse> client, Scan scan) {
    var call = (ServerCallStreamObserver<ScanResponse>) client;
    StreamedAnswers<ScanResponse> answers = new StreamedAnswers<>(call, PATIENCE);
    Outcome<Boolean> outcome = metrics.timed(method, new StreamEnd(call));
    StreamWork work = new StreamWork(() -> scan.run(answers::send), outcome);
    call.setOnCancelHandler(work::cancel);
    threads.run(room, work).ifPresent(outcome::failed);
  }
}
