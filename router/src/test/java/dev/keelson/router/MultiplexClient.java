package dev.keelson.router;

import dev.keelson.proto.v1.Answer;
import dev.keelson.proto.v1.Call;
import dev.keelson.proto.v1.ClientFrame;
import dev.keelson.proto.v1.DatabaseGrpc;
import dev.keelson.proto.v1.GetRequest;
import dev.keelson.proto.v1.PutRequest;
import dev.keelson.proto.v1.ServerFrame;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A client of the Multiplex stream. */
final class MultiplexClient implements ClientResponseObserver<ClientFrame, ServerFrame> {
  final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
  final AtomicInteger frames = new AtomicInteger();
  final CompletableFuture<Boolean> ended = new CompletableFuture<>();
  private final boolean reads;
  private @Nullable ClientCallStreamObserver<ClientFrame> stream;

  MultiplexClient(RouterFixture fixture) {
    this(fixture, true);
  }

  /**
   * @param reads whether it takes answers before it is told to
   */
  MultiplexClient(RouterFixture fixture, boolean reads) {
    this.reads = reads;
    var unused = DatabaseGrpc.newStub(fixture.channel).multiplex(this);
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<ClientFrame> opened) {
    stream = opened;
    if (!reads) {
      opened.disableAutoRequestWithInitial(0);
    }
  }

  void takeAnswers(int frameCount) {
    stream().request(frameCount);
  }

  private ClientCallStreamObserver<ClientFrame> stream() {
    if (stream == null) {
      throw new IllegalStateException("not started");
    }
    return stream;
  }

  void send(List<Call> calls) {
    stream().onNext(ClientFrame.newBuilder().addAllCalls(calls).build());
  }

  void finish() {
    stream().onCompleted();
  }

  Answer next() {
    try {
      Answer answer = answers.poll(10, TimeUnit.SECONDS);
      if (answer == null) {
        throw new AssertionError("no answer within 10 s");
      }
      return answer;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  Answer call(PutRequest request, int deadlineMillis) {
    send(
        List.of(
            Call.newBuilder().setId(1).setDeadlineMillis(deadlineMillis).setPut(request).build()));
    return next();
  }

  Answer call(GetRequest request, int deadlineMillis) {
    send(
        List.of(
            Call.newBuilder().setId(1).setDeadlineMillis(deadlineMillis).setGet(request).build()));
    return next();
  }

  @Override
  public void onNext(ServerFrame frame) {
    frames.incrementAndGet();
    answers.addAll(frame.getAnswersList());
  }

  @Override
  public void onError(Throwable why) {
    ended.completeExceptionally(why);
  }

  @Override
  public void onCompleted() {
    ended.complete(true);
  }
}
