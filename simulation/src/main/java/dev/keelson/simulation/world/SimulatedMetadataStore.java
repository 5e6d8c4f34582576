package dev.keelson.simulation.world;

import com.google.protobuf.ByteString;
import dev.keelson.coordination.MetadataStore;
import dev.keelson.coordination.MetadataUnavailableException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * One process's way to the {@link SharedMetadata}: requests take time, answers get lost, a swap
 * whose answer was lost may take place much later, watches lag.
 */
public final class SimulatedMetadataStore implements MetadataStore {
  private static final long MILLISECOND = 1_000_000;
  private static final long DEADLINE = 1_000 * MILLISECOND;

  private final VirtualTime time;
  private final RandomGenerator random;
  private final Faults faults;
  private final SharedMetadata shared;
  private final Swaps swaps;
  private boolean closed;
  private boolean healed;
  private boolean watchBroken;
  private long watchSeenUntil;

  /** Looks at the swaps of one process. */
  public interface Swaps {
    void asked(Swap swap);

    /** The store has carried it out, or refused it, whether or not somebody will say so. */
    void done(Swap swap, SwapResult result);

    /** It took place, but nobody will say so. */
    void answerLost(Swap swap);
  }

  public SimulatedMetadataStore(
      VirtualTime time, RandomGenerator random, Faults faults, SharedMetadata shared, Swaps swaps) {
    this.swaps = swaps;
    this.time = time;
    this.random = random;
    this.faults = faults;
    this.shared = shared;
  }

  public void heal() {
    healed = true;
  }

  @Override
  public CompletionStage<Listing> list(String prefix) {
    return ask(() -> shared.list(prefix));
  }

  @Override
  public CompletionStage<Listing> read(String key) {
    return ask(() -> shared.read(key));
  }

  private <T> CompletionStage<T> ask(Supplier<T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    long connection = shared.connections();
    time.after(
        latency(),
        () -> {
          if (shared.isAway() || shared.connections() != connection) {
            time.after(
                DEADLINE,
                () -> fail(answer, new MetadataUnavailableException("the store is away")));
          } else {
            T value = question.get();
            time.after(latency(), () -> complete(answer, value));
          }
        });
    return answer;
  }

  @Override
  public CompletionStage<SwapResult> swap(Swap swap) {
    CompletableFuture<SwapResult> answer = new CompletableFuture<>();
    swaps.asked(swap);
    long connection = shared.connections();
    boolean answerLost = !healed && random.nextDouble() < faults.lostSwapAnswers();
    long delay = answerLost ? random.nextLong(3 * DEADLINE) : latency();
    time.after(
        delay,
        () -> {
          if (!shared.isAway() && shared.connections() == connection) {
            SwapResult result = shared.swap(swap);
            swaps.done(swap, result);
            if (!answerLost) {
              time.after(latency(), () -> complete(answer, result));
            } else if (result instanceof SwapResult.Swapped) {
              swaps.answerLost(swap);
            }
          }
        });
    time.after(DEADLINE, () -> complete(answer, new SwapResult.Unknown("no answer in time")));
    return answer;
  }

  private long latency() {
    return 100_000 + random.nextLong(2 * MILLISECOND);
  }

  private <T> void complete(CompletableFuture<T> answer, T value) {
    if (!closed) {
      answer.complete(value);
    }
  }

  private <T> void fail(CompletableFuture<T> answer, Exception failure) {
    if (!closed) {
      answer.completeExceptionally(failure);
    }
  }

  @Override
  public Subscription watch(String prefix, Watcher watcher) {
    relist(prefix, watcher);
    shared.onBreak(() -> relist(prefix, watcher));
    shared.observe(
        entry -> {
          if (entry.key().startsWith(prefix) && !breaks(prefix, watcher)) {
            later(() -> watcher.changed(List.of(entry), List.of(), entry.modRevision()));
          }
        });
    return () -> {};
  }

  /** A watch that breaks says nothing until it lists again, some time later. */
  private boolean breaks(String prefix, Watcher watcher) {
    if (watchBroken) {
      return true;
    }
    watchBroken = !healed && random.nextDouble() < faults.watchLoss();
    if (watchBroken) {
      time.after(random.nextLong(faults.watchLagNanos() + DEADLINE), () -> relist(prefix, watcher));
    }
    return watchBroken;
  }

  private void relist(String prefix, Watcher watcher) {
    time.after(
        latency(),
        () -> {
          if (shared.isAway()) {
            relist(prefix, watcher);
          } else {
            watchBroken = false;
            Listing all = shared.list(prefix);
            later(() -> watcher.reset(all));
          }
        });
  }

  /** In order, but late. */
  private void later(Runnable news) {
    long lag = MILLISECOND + (healed ? 0 : random.nextLong(faults.watchLagNanos()));
    watchSeenUntil = Math.max(watchSeenUntil, time.now() + lag);
    long connection = shared.connections();
    time.after(
        watchSeenUntil - time.now(),
        () -> {
          if (!closed && shared.connections() == connection) {
            news.run();
          }
        });
  }

  @Override
  public Registration register(String key, ByteString value) {
    throw new UnsupportedOperationException("registration is not simulated yet");
  }

  @Override
  public Registration claim(String key, ByteString value, ClaimListener listener) {
    throw new UnsupportedOperationException("claims are not simulated yet");
  }

  @Override
  public void close() {
    closed = true;
  }
}
