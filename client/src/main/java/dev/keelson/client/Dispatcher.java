package dev.keelson.client;

import dev.keelson.client.KeelsonException.Category;
import dev.keelson.proto.v1.Answer;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Gives every operation to a router, and again after failures that allow it. Everything but {@link
 * #submit} happens on the event loop, so nothing here has a lock.
 *
 * <pre>
 * any thread: submit ─► arrived ─┐   one turn of the loop: all that arrived, then one flush
 *                                ├─► session? ─► router? ─► its MuxStream ═► network
 * retry after a pause ───────────┘      │           │
 *                                  asks for one   waits in `parked` until one is ready
 * </pre>
 */
final class Dispatcher implements Router.Owner, AutoCloseable {
  private static final long TEND_MILLIS = 100;

  private final Transport transport;
  private final EventLoop loop;
  private final Routers routers;
  private final Resolver resolver;
  private final Deadlines deadlines;
  private final Sessions sessions;
  private final long connectTimeoutNanos;

  private final Queue<Operation> arrived = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean turnScheduled = new AtomicBoolean();
  private List<Operation> parked = new ArrayList<>();
  private volatile boolean closed;

  Dispatcher(ClientConfig config) {
    transport = new Transport();
    loop = transport.loop();
    routers = new Routers(transport, this);
    deadlines = new Deadlines(loop);
    sessions = new Sessions(new UnaryCalls(this), config.timeout(), this::resume);
    connectTimeoutNanos = config.connectTimeout().toNanos();
    resolver =
        new Resolver(
            config.routers(),
            (addresses, failures) ->
                execute(
                    () -> {
                      if (!closed) {
                        routers.resolved(addresses, failures);
                      }
                    }));
    resolver.start();
    scheduleTend();
  }

  EventLoop loop() {
    return loop;
  }

  boolean closed() {
    return closed;
  }

  /** Runs on the event loop; nowhere, once that has ended. */
  void execute(Runnable task) {
    if (loop.inEventLoop()) {
      task.run();
      return;
    }
    try {
      loop.execute(task);
    } catch (RejectedExecutionException ended) {
      checkClosed(ended);
    }
  }

  private void checkClosed(RejectedExecutionException ended) {
    if (!closed) {
      throw ended;
    }
  }

  void submit(Operation operation) {
    arrived.add(operation);
    if (turnScheduled.compareAndSet(false, true)) {
      try {
        loop.execute(this::turn);
      } catch (RejectedExecutionException ended) {
        checkClosed(ended);
        operation.fail(Failures.closed());
      }
    }
  }

  private void turn() {
    turnScheduled.set(false);
    for (Operation next = arrived.poll(); next != null; next = arrived.poll()) {
      if (closed) {
        next.fail(Failures.closed());
      } else {
        deadlines.add(next);
        dispatch(next);
      }
    }
    routers.flush();
  }

  /** Not flushed: the caller does, when it has dispatched all it has. */
  private void dispatch(Operation operation) {
    if (operation.finished()) {
      return;
    }
    if (operation instanceof PointOperation point && point.isWrite() && !sessions.join(point)) {
      return;
    }
    Optional<Router> router = routers.pick(operation.lastTried());
    if (router.isEmpty()) {
      park(operation);
    } else if (operation instanceof PointOperation point) {
      router.get().send(point);
    } else if (operation instanceof RouterWait wait) {
      wait.found(router.get());
    }
  }

  private void park(Operation operation) {
    operation.parked(System.nanoTime());
    parked.add(operation);
  }

  private void resume(List<? extends Operation> operations) {
    operations.forEach(this::dispatch);
    routers.flush();
  }

  @Override
  public void ready(Router router) {
    List<Operation> waiting = parked;
    parked = new ArrayList<>();
    resume(waiting);
  }

  @Override
  public void answered(Router router, PointOperation operation, Answer answer) {
    if (answer.hasError()) {
      KeelsonException why = Failures.of(answer.getError());
      operation.attemptEnded(why.outcomeUnknown() || why.code().equals(Failures.DEADLINE));
      failed(router, operation, why);
    } else if (answer.hasWrite() == operation.isWrite()
        && answer.getResultCase() != Answer.ResultCase.RESULT_NOT_SET) {
      operation.attemptEnded(false);
      operation.complete(answer);
    } else {
      operation.attemptEnded(true);
      operation.fail(Failures.garbage("a result of the wrong kind"));
    }
  }

  private void failed(Router router, PointOperation operation, KeelsonException why) {
    if (why.code().equals(Failures.SESSION_EXPIRED) && operation.isWrite()) {
      sessionExpired(operation, why);
    } else if (why.category() == Category.UNAVAILABLE
        || (why.outcomeUnknown() && operation.isWrite())) {
      retry(router, operation, why);
    } else {
      operation.fail(why);
    }
  }

  /** Under a new name the write would be another one; so only one that never left may get one. */
  private void sessionExpired(PointOperation operation, KeelsonException why) {
    sessions.expired(operation);
    if (operation.maybeApplied()) {
      operation.fail(Failures.outcomeUnknown(why));
    } else {
      retryAfter(operation.nextPauseNanos(), operation);
    }
  }

  private void retry(Router router, PointOperation operation, KeelsonException why) {
    operation.failedAt(router, why);
    retryAfter(operation.nextPauseNanos(), operation);
  }

  private void retryAfter(long nanos, Operation operation) {
    var unused = loop.schedule(() -> resume(List.of(operation)), nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void lost(
      Router router, KeelsonException why, List<PointOperation> sent, List<PointOperation> unsent) {
    for (PointOperation operation : sent) {
      operation.attemptEnded(why.outcomeUnknown());
      boolean ownFault = why.category() != Category.UNAVAILABLE;
      if (ownFault && (why.category() == Category.USER || operation.struckOut())) {
        operation.fail(why);
      } else {
        retry(router, operation, why);
      }
    }
    unsent.forEach(operation -> operation.failedAt(router, why));
    resume(unsent);
  }

  private void scheduleTend() {
    var unused = loop.schedule(this::tend, TEND_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void tend() {
    if (closed) {
      return;
    }
    long now = System.nanoTime();
    routers.tend(now);
    tendParked(now);
    scheduleTend();
  }

  /** They learn why they wait, for the case that their time ends first. */
  private void tendParked(long now) {
    parked.removeIf(Operation::finished);
    if (parked.isEmpty()) {
      return;
    }
    KeelsonException why = Failures.unreachable("No router can be reached: " + routers.trouble());
    boolean hopeless = routers.allFailed();
    for (Operation operation : List.copyOf(parked)) {
      operation.failedAt(operation.lastTried(), why);
      if (hopeless && operation.parkedNanos(now) > connectTimeoutNanos) {
        operation.fail(why);
      }
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    resolver.close();
    execute(
        () -> {
          deadlines.live().forEach(operation -> operation.fail(Failures.closed()));
          turn();
          routers.close();
        });
    transport.close();
  }
}
