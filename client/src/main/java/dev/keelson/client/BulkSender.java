package dev.keelson.client;

import dev.keelson.client.KeelsonException.Category;
import dev.keelson.proto.v1.BulkLoadHeader;
import dev.keelson.proto.v1.BulkLoadRequest;
import dev.keelson.proto.v1.BulkLoadResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries the chunks of a load over one stream after the other. Used by the loading thread alone.
 *
 * <pre>
 * add ─► unsent ─► sent ─► acknowledged: forgotten
 *          ▲        │
 *          └────────┘ the stream broke: from the first row that is not durable on
 * </pre>
 */
final class BulkSender implements AutoCloseable {
  /** Hears each answer, with the number of the stream's first row. */
  interface Ears {
    void heard(long base, BulkLoadResponse response);
  }

  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private final Dispatcher dispatcher;
  private final BulkLoadRequest header;
  private final long patienceNanos;
  private final Ears ears;
  private final Backoff backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
  private final Deque<BulkChunk> sent = new ArrayDeque<>();
  private final Deque<BulkChunk> unsent = new ArrayDeque<>();

  private @Nullable BulkStream stream;
  private @Nullable Router lastTried;
  private @Nullable KeelsonException lastFailure;

  /** The number of the first row of the current stream. */
  private long base;

  private long rowsTotal;
  private long rowsDurable;
  private long unacknowledgedBytes;
  private long lastProgress = System.nanoTime();
  private boolean closing;
  private boolean halfClosed;
  private boolean finished;

  BulkSender(Dispatcher dispatcher, TableTarget target, List<String> columns, Ears ears) {
    this.dispatcher = dispatcher;
    this.patienceNanos = target.timeout().toNanos();
    this.ears = ears;
    this.header =
        BulkLoadRequest.newBuilder()
            .setHeader(
                BulkLoadHeader.newBuilder()
                    .setKeyspace(target.keyspace())
                    .setTable(target.table())
                    .addAllColumns(columns))
            .build();
  }

  void add(BulkChunk chunk) {
    if (sent.isEmpty() && unsent.isEmpty()) {
      lastProgress = System.nanoTime();
    }
    unsent.add(chunk);
    rowsTotal = chunk.endRow();
    unacknowledgedBytes += chunk.bytes();
  }

  long rowsDurable() {
    return rowsDurable;
  }

  long unacknowledgedBytes() {
    return unacknowledgedBytes;
  }

  void finish() {
    closing = true;
    finished = rowsTotal == 0;
    pumpUntil(() -> finished);
  }

  /** Sends and hears until the condition holds. */
  void pumpUntil(BooleanSupplier enough) {
    while (!enough.getAsBoolean() || !unsent.isEmpty()) {
      BulkStream open = stream();
      sendWhatFits(open);
      if (!unsent.isEmpty() || !enough.getAsBoolean()) {
        hear(open.awaitEvent(lastProgress + patienceNanos - System.nanoTime()));
      }
      hearWhatWaits(open);
    }
  }

  private void hearWhatWaits(BulkStream open) {
    Optional<BulkStream.Event> event = open.pollEvent();
    while (stream == open && event.isPresent()) {
      hear(event.get());
      event = open.pollEvent();
    }
  }

  private void sendWhatFits(BulkStream open) {
    while (!unsent.isEmpty() && open.isReady()) {
      BulkChunk chunk = unsent.remove();
      open.send(chunk.from(rowsDurable));
      sent.add(chunk);
    }
    if (closing && unsent.isEmpty() && !halfClosed) {
      halfClosed = true;
      open.halfClose();
    }
  }

  private void hear(BulkStream.Event event) {
    switch (event.kind()) {
      case NOTHING -> checkProgress();
      case READY -> {}
      case ANSWER -> acknowledged(event.response());
      case ENDED -> ended(event.failure());
    }
  }

  private void checkProgress() {
    if (System.nanoTime() - lastProgress >= patienceNanos) {
      close();
      String because = lastFailure == null ? "" : " The last failure: " + lastFailure.getMessage();
      throw Failures.deadline(
          "The load made no progress within the timeout; "
              + rowsDurable
              + " rows are durable."
              + because,
          true);
    }
  }

  private void acknowledged(BulkLoadResponse response) {
    long durable = base + response.getRowsDurable();
    if (durable > rowsTotal) {
      throw Failures.garbage("more durable rows than were sent");
    }
    if (durable > rowsDurable) {
      rowsDurable = durable;
      lastProgress = System.nanoTime();
      lastFailure = null;
      backoff.reset();
    }
    while (!sent.isEmpty() && sent.peek().endRow() <= rowsDurable) {
      unacknowledgedBytes -= sent.remove().bytes();
    }
    ears.heard(base, response);
  }

  private void ended(@Nullable KeelsonException failure) {
    if (closing && rowsDurable == rowsTotal) {
      finished = true;
      return;
    }
    KeelsonException why =
        failure == null ? Failures.unreachable("The router ended the load early.") : failure;
    stream = null;
    halfClosed = false;
    lastFailure = why;
    if (why.category() != Category.UNAVAILABLE) {
      throw new KeelsonException(why);
    }
    while (!sent.isEmpty()) {
      unsent.addFirst(sent.removeLast());
    }
    checkProgress();
    pause(backoff.nextNanos());
  }

  private static void pause(long nanos) {
    try {
      Thread.sleep(Duration.ofNanos(nanos).toMillis());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw Failures.interrupted();
    }
  }

  private BulkStream stream() {
    BulkStream open = stream;
    if (open == null) {
      RouterWait wait = new RouterWait(lastProgress + patienceNanos);
      if (lastFailure != null) {
        wait.failedAt(lastTried, lastFailure);
      }
      dispatcher.submit(wait);
      Router router = Blocking.await(wait.router(), dispatcher.loop());
      lastTried = router;
      base = rowsDurable;
      open = new BulkStream(dispatcher, router);
      stream = open;
      open.open(header);
    }
    return open;
  }

  @Override
  public void close() {
    if (stream != null && !finished) {
      stream.cancel();
    }
    stream = null;
  }
}
