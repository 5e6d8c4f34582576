package dev.keelson.coordination;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.keelson.coordination.MetadataStore.Entry;
import dev.keelson.coordination.MetadataStore.Swap;
import dev.keelson.coordination.MetadataStore.SwapResult;
import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.proto.internal.v1.CounterRecord;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * Numbers of new sessions: unique in the cluster, and growing with time (R16). They are taken from
 * the store in blocks, so that most sessions cost no call to it. A block grows old soon, since a
 * shard refuses new sessions whose numbers lie far under those it knows; while the store is away it
 * is used all the same. Never blocks; thread-safe.
 */
public final class SessionNumbers {
  static final int BLOCK = 1_000;
  static final int MOST_WAITING = 10_000;
  private static final Duration BLOCK_LIFE = Duration.ofSeconds(30);
  private static final int ATTEMPTS = 8;

  private final MetadataStore store;
  private final LongSupplier nanoTime;
  private final Queue<CompletableFuture<Long>> waiting = new ArrayDeque<>();
  private long next;
  private long end;
  private long expires;
  private boolean taking;

  public SessionNumbers(MetadataStore store) {
    this(store, System::nanoTime);
  }

  SessionNumbers(MetadataStore store, LongSupplier nanoTime) {
    this.store = store;
    this.nanoTime = nanoTime;
  }

  /** The next number; fails with METADATA_UNAVAILABLE, or OVERLOADED when too many wait. */
  public CompletionStage<Long> next() {
    CompletableFuture<Long> answer = new CompletableFuture<>();
    synchronized (this) {
      if (next < end && nanoTime.getAsLong() - expires < 0) {
        answer.complete(next++);
        return answer;
      }
      if (waiting.size() >= MOST_WAITING) {
        answer.completeExceptionally(
            ErrorCode.OVERLOADED.because("Too many clients wait for a session"));
        return answer;
      }
      waiting.add(answer);
      if (taking) {
        return answer;
      }
      taking = true;
    }
    takeBlock(ATTEMPTS);
    return answer;
  }

  private void takeBlock(int attempts) {
    StoreCalls.when(
        store.get(MetadataKeys.SESSION_COUNTER),
        entry -> takeBlock(entry, attempts),
        error -> fail(unavailable(String.valueOf(error.getMessage()))));
  }

  private void takeBlock(Optional<Entry> entry, int attempts) {
    long first;
    try {
      first = entry.isEmpty() ? 1 : CounterRecord.parseFrom(entry.get().value()).getNext();
    } catch (InvalidProtocolBufferException e) {
      fail(DatabaseException.internal("The counter of sessions can't be read", e));
      return;
    }
    CounterRecord record = CounterRecord.newBuilder().setNext(first + BLOCK).build();
    long guard = entry.map(Entry::modRevision).orElse(0L);
    StoreCalls.when(
        store.swap(Swap.put(MetadataKeys.SESSION_COUNTER, guard, record.toByteString())),
        result -> {
          switch (result) {
            case SwapResult.Swapped swapped -> give(first);
            // Of an unknown swap at worst a block is never used.
            case SwapResult.Refused refused -> again(attempts, "others take sessions");
            case SwapResult.Unknown unknown -> again(attempts, unknown.why());
          }
        },
        error -> fail(unavailable(String.valueOf(error.getMessage()))));
  }

  private void again(int attempts, String why) {
    if (attempts > 1) {
      takeBlock(attempts - 1);
    } else {
      fail(unavailable(why));
    }
  }

  private static DatabaseException unavailable(String why) {
    return ErrorCode.METADATA_UNAVAILABLE.because("No session can be opened now: " + why);
  }

  private void give(long first) {
    synchronized (this) {
      next = first;
      end = first + BLOCK;
      expires = nanoTime.getAsLong() + BLOCK_LIFE.toNanos();
    }
    if (serveWaiting()) {
      takeBlock(ATTEMPTS);
    }
  }

  /** Serves who waits from the block; tells whether somebody is left, for whom one is taken. */
  private boolean serveWaiting() {
    List<Runnable> answers = new ArrayList<>();
    boolean more;
    synchronized (this) {
      while (next < end && !waiting.isEmpty()) {
        CompletableFuture<Long> answer = waiting.remove();
        long number = next++;
        answers.add(() -> answer.complete(number));
      }
      more = !waiting.isEmpty();
      taking = more;
    }
    answers.forEach(Runnable::run);
    return more;
  }

  /** An old block is better than none: at worst a shard refuses its sessions. */
  private void fail(DatabaseException why) {
    if (!serveWaiting()) {
      return;
    }
    List<CompletableFuture<Long>> failed;
    synchronized (this) {
      failed = List.copyOf(waiting);
      waiting.clear();
      taking = false;
    }
    failed.forEach(answer -> answer.completeExceptionally(why));
  }
}
