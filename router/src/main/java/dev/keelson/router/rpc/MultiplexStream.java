package dev.keelson.router.rpc;

import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.proto.v1.Answer;
import dev.keelson.proto.v1.Call;
import dev.keelson.proto.v1.ClientFrame;
import dev.keelson.proto.v1.ServerFrame;
import dev.keelson.router.request.Outcome;
import dev.keelson.runtime.admission.Admission;
import dev.keelson.runtime.net.ErrorStatus;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * The calls of one client over one stream. Answers that come within one turn of the loop travel in
 * one frame.
 *
 * <p>While the client takes no answers, no further frame is read, so what waits for it is bounded
 * by what was in flight; a client that lets even that grow too large is cut off.
 */
final class MultiplexStream implements StreamObserver<ClientFrame> {
  private static final int FRAME_BYTES = 1 << 20;
  private static final int GREATEST_UNSENT_BYTES = 64 << 20;
  private static final int GREATEST_CALLS_OF_FRAME = 10_000;

  private final ServerCallStreamObserver<ServerFrame> call;
  private final PointRequests requests;
  private final Deadlines deadlines;
  private final Admission.Gate gate;
  private final RequestMetrics metrics;
  private final EventLoop loop;

  private final Object lock = new Object();
  private final ArrayDeque<Answer> unsent = new ArrayDeque<>();
  private long unsentBytes;
  private boolean flushScheduled;
  private int inFlight;
  private boolean readingPaused;
  private boolean clientDone;
  private volatile boolean over;

  MultiplexStream(
      ServerCallStreamObserver<ServerFrame> call,
      PointRequests requests,
      Deadlines deadlines,
      Admission.Gate gate,
      RequestMetrics metrics,
      EventLoop loop) {
    this.call = call;
    this.requests = requests;
    this.deadlines = deadlines;
    this.gate = gate;
    this.metrics = metrics;
    this.loop = loop;
  }

  MultiplexStream open() {
    metrics.multiplexOpened();
    call.disableAutoRequest();
    call.setOnReadyHandler(this::scheduleFlush);
    call.setOnCancelHandler(this::end);
    call.request(1);
    return this;
  }

  @Override
  public void onNext(ClientFrame frame) {
    if (frame.getCallsCount() > GREATEST_CALLS_OF_FRAME) {
      cutOff(
          ErrorCode.INVALID_REQUEST.because(
              "A frame has %d calls, but %d are allowed"
                  .formatted(frame.getCallsCount(), GREATEST_CALLS_OF_FRAME)));
      return;
    }
    for (Call each : frame.getCallsList()) {
      start(each);
    }
    readOn();
  }

  private void readOn() {
    synchronized (lock) {
      readingPaused = !call.isReady();
      if (readingPaused) {
        return;
      }
    }
    call.request(1);
  }

  private void start(Call request) {
    synchronized (lock) {
      inFlight++;
    }
    long size = request.getSerializedSize();
    Optional<DatabaseException> refusal = gate.enter(size);
    if (refusal.isPresent()) {
      answer(error(request.getId(), refusal.get()));
      return;
    }
    execute(request, size, deadlines.ofMillis(request.getDeadlineMillis()));
  }

  private void execute(Call it, long size, long deadline) {
    long id = it.getId();
    switch (it.getRequestCase()) {
      case GET -> requests.get(it.getGet(), deadline, to(id, size, Answer.Builder::setGet));
      case BATCH_GET ->
          requests.batchGet(it.getBatchGet(), deadline, to(id, size, Answer.Builder::setBatchGet));
      case PUT -> requests.put(it.getPut(), deadline, to(id, size, Answer.Builder::setWrite));
      case INSERT ->
          requests.insert(it.getInsert(), deadline, to(id, size, Answer.Builder::setWrite));
      case UPDATE ->
          requests.update(it.getUpdate(), deadline, to(id, size, Answer.Builder::setWrite));
      case DELETE ->
          requests.delete(it.getDelete(), deadline, to(id, size, Answer.Builder::setWrite));
      case WRITE_BATCH ->
          requests.batch(it.getWriteBatch(), deadline, to(id, size, Answer.Builder::setWrite));
      case REQUEST_NOT_SET -> {
        gate.leave(size);
        answer(error(id, ErrorCode.NOT_SUPPORTED.because("A call has no request that is known")));
      }
    }
  }

  private <A> Outcome<A> to(long id, long size, BiConsumer<Answer.Builder, A> setter) {
    return new CallOutcome<>(this, id, size, setter);
  }

  private void answer(Answer answer) {
    boolean tooMuch;
    synchronized (lock) {
      inFlight--;
      if (over) {
        return;
      }
      unsent.add(answer);
      unsentBytes += answer.getSerializedSize();
      tooMuch = unsentBytes > GREATEST_UNSENT_BYTES;
    }
    if (tooMuch) {
      cutOff(
          ErrorCode.TOO_MANY_IN_FLIGHT.because(
              "More than %d bytes of answers were not taken".formatted(GREATEST_UNSENT_BYTES)));
    } else {
      scheduleFlush();
    }
  }

  private void scheduleFlush() {
    synchronized (lock) {
      if (flushScheduled || over) {
        return;
      }
      flushScheduled = true;
    }
    loop.execute(this::flush);
  }

  private void flush() {
    synchronized (lock) {
      flushScheduled = false;
    }
    while (!over && call.isReady()) {
      ServerFrame frame = nextFrame();
      if (frame.getAnswersCount() == 0) {
        break;
      }
      call.onNext(frame);
    }
    completeOrReadOn();
  }

  private ServerFrame nextFrame() {
    ServerFrame.Builder frame = ServerFrame.newBuilder();
    synchronized (lock) {
      long bytes = 0;
      while (!unsent.isEmpty() && bytes < FRAME_BYTES) {
        Answer next = unsent.poll();
        bytes += next.getSerializedSize();
        frame.addAnswers(next);
      }
      unsentBytes -= bytes;
    }
    return frame.build();
  }

  private void completeOrReadOn() {
    boolean complete;
    boolean read;
    synchronized (lock) {
      if (over) {
        return;
      }
      complete = clientDone && inFlight == 0 && unsent.isEmpty();
      read = readingPaused && call.isReady();
      readingPaused &= !read;
    }
    if (complete) {
      end();
      call.onCompleted();
    } else if (read) {
      call.request(1);
    }
  }

  @Override
  public void onError(Throwable broken) {
    end();
  }

  @Override
  public void onCompleted() {
    synchronized (lock) {
      clientDone = true;
    }
    scheduleFlush();
  }

  private void cutOff(DatabaseException why) {
    loop.execute(
        () -> {
          if (!over) {
            end();
            call.onError(ErrorStatus.toStatus(why));
          }
        });
  }

  private void end() {
    synchronized (lock) {
      if (over) {
        return;
      }
      over = true;
      unsent.clear();
      unsentBytes = 0;
    }
    metrics.multiplexClosed();
  }

  private static Answer error(long id, DatabaseException why) {
    return Answer.newBuilder().setId(id).setError(why.toProto()).build();
  }

  private record CallOutcome<A>(
      MultiplexStream stream, long id, long size, BiConsumer<Answer.Builder, A> setter)
      implements Outcome<A> {
    @Override
    public void answered(A answer) {
      stream.gate.leave(size);
      Answer.Builder wrapped = Answer.newBuilder().setId(id);
      setter.accept(wrapped, answer);
      stream.answer(wrapped.build());
    }

    @Override
    public void failed(DatabaseException why) {
      stream.gate.leave(size);
      stream.answer(error(id, why));
    }

    @Override
    public boolean abandoned() {
      return stream.over;
    }
  }
}
