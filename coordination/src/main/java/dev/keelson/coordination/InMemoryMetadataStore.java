package dev.keelson.coordination;

import com.google.protobuf.ByteString;
import dev.keelson.coordination.InMemoryContents.Effect;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A metadata store in this process: for the whole cluster in one process, for tests and for the
 * simulator. All it does runs in one order on one executor, so that it is as deterministic as that.
 *
 * <p>One store stands for etcd and the first process's connection to it; {@link #connect} gives
 * further processes theirs. What is registered under a connection goes when the connection is
 * closed. With a file, contents survive a restart, registrations don't.
 */
public final class InMemoryMetadataStore implements MetadataStore {
  private static final Logger LOG = LoggerFactory.getLogger(InMemoryMetadataStore.class);

  private final InMemoryContents contents;
  private final Turns turns;
  private final List<InMemoryWatch> watches = new ArrayList<>();
  private final List<InMemoryLeasedKey> leasedKeys = new ArrayList<>();
  private final @Nullable MetadataFile file;
  private final Runnable end;
  private final Connection own = new Connection();
  private Fault fault = Fault.NONE;
  private @Nullable String broken;

  /** What a store can be made to do wrong, for tests. */
  public enum Fault {
    NONE,
    /** Nothing is done, and nobody is told anything. */
    AWAY,
    /** Everything is done, but swaps are answered as unknown and reads fail. */
    ANSWERS_LOST
  }

  /** A store that does everything at once, on the thread of the caller. */
  public InMemoryMetadataStore() {
    this(Runnable::run, ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE));
  }

  /** A store that does everything on an executor, such as a simulator's. */
  public InMemoryMetadataStore(Executor executor, long storeId) {
    this(new Listing(List.of(), 1, storeId), executor, null, () -> {});
  }

  private InMemoryMetadataStore(
      Listing saved, Executor executor, @Nullable MetadataFile file, Runnable end) {
    this.contents = new InMemoryContents(saved);
    this.turns = new Turns(executor);
    this.file = file;
    this.end = end;
  }

  /** A store whose contents are kept in a file; it has a thread of its own for that. */
  public static InMemoryMetadataStore open(Path path) throws IOException {
    MetadataFile file = new MetadataFile(path);
    Listing saved =
        file.load()
            .orElseGet(
                () ->
                    new Listing(
                        List.of(), 1, ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE)));
    file.save(saved);
    ExecutorService thread =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("metadata-store").daemon().factory());
    return new InMemoryMetadataStore(
        saved, task -> executeOrRun(thread, task), file, () -> end(thread));
  }

  private static void executeOrRun(ExecutorService thread, Runnable task) {
    try {
      thread.execute(task);
    } catch (RejectedExecutionException closed) {
      // All that is left to say is that the store is closed.
      task.run();
    }
  }

  private static void end(ExecutorService thread) {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
        LOG.warn("the metadata store's file is still being written");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The connection of a further process, with a life of its own. */
  public MetadataStore connect() {
    return new Connection();
  }

  public void fail(Fault next) {
    turns.execute(
        () -> {
          boolean returns = fault == Fault.AWAY && next != Fault.AWAY;
          fault = next;
          if (returns) {
            watches.forEach(watch -> watch.reset(contents));
            leasedKeys.forEach(this::hold);
          }
        });
  }

  /** All leases expire; whoever still lives comes back by itself. */
  public void expireLeases() {
    turns.execute(
        () -> {
          leasedKeys.forEach(this::drop);
          leasedKeys.forEach(this::hold);
        });
  }

  @Override
  public CompletionStage<Listing> list(String prefix) {
    return own.list(prefix);
  }

  @Override
  public CompletionStage<Listing> read(String key) {
    return own.read(key);
  }

  @Override
  public CompletionStage<SwapResult> swap(Swap swap) {
    return own.swap(swap);
  }

  @Override
  public Subscription watch(String prefix, Watcher watcher) {
    return own.watch(prefix, watcher);
  }

  @Override
  public Registration register(String key, ByteString value) {
    return own.register(key, value);
  }

  @Override
  public Registration claim(String key, ByteString value, ClaimListener listener) {
    return own.claim(key, value, listener);
  }

  /** Ends the store for all connections, after what they have asked for before. */
  @Override
  public void close() {
    own.close();
    turns.execute(() -> broken = "the metadata store is closed");
    end.run();
  }

  private <T> CompletionStage<T> ask(Supplier<T> read) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    turns.execute(
        () -> {
          if (fault == Fault.NONE && broken == null) {
            answer.complete(read.get());
          } else {
            answer.completeExceptionally(new MetadataUnavailableException(whyUnavailable()));
          }
        });
    return answer;
  }

  private SwapResult swapNow(Swap swap) {
    if (fault == Fault.AWAY || broken != null) {
      return new SwapResult.Unknown(whyUnavailable());
    }
    SwapResult result;
    if (contents.hold(swap.guards())) {
      change(swap.changes(), null);
      result = new SwapResult.Swapped(contents.revision(), contents.storeId());
    } else {
      result =
          new SwapResult.Refused(current(swap.guards()), contents.revision(), contents.storeId());
    }
    return fault == Fault.NONE && broken == null
        ? result
        : new SwapResult.Unknown(whyUnavailable());
  }

  private List<Entry> current(List<Guard> guards) {
    return guards.stream().flatMap(guard -> contents.entry(guard.key()).stream()).toList();
  }

  private String whyUnavailable() {
    return broken != null ? broken : "the metadata store is " + fault;
  }

  private void change(List<Change> changes, @Nullable InMemoryLeasedKey by) {
    Effect effect = contents.apply(changes);
    if (effect.isEmpty()) {
      return;
    }
    changes.stream()
        .flatMap(change -> holder(change.key()).stream())
        .filter(holder -> holder != by)
        .forEach(InMemoryLeasedKey::nowLost);
    save();
    List.copyOf(watches).forEach(watch -> watch.changed(effect));
    if (!effect.deletes().isEmpty()) {
      turns.execute(() -> leasedKeys.forEach(this::hold));
    }
  }

  private void save() {
    if (file == null) {
      return;
    }
    Listing all = contents.list("");
    List<Entry> lasting =
        all.entries().stream().filter(entry -> holder(entry.key()).isEmpty()).toList();
    try {
      file.save(new Listing(lasting, all.revision(), all.storeId()));
    } catch (IOException | UncheckedIOException e) {
      // What a failed sync left on the disk is not known, so nothing may build on it.
      broken = "the file of the metadata store could not be written: " + e.getMessage();
      LOG.error("{}; restart when the disk is well", broken, e);
    }
  }

  private Optional<InMemoryLeasedKey> holder(String key) {
    return leasedKeys.stream().filter(it -> it.key().equals(key) && it.isHeld()).findFirst();
  }

  /** Puts a leased key in its place, if it isn't there and may be. */
  private void hold(InMemoryLeasedKey leased) {
    if (fault == Fault.AWAY
        || broken != null
        || !leasedKeys.contains(leased)
        || !leased.mayTake(contents.entry(leased.key()).isPresent())) {
      return;
    }
    holder(leased.key()).ifPresent(InMemoryLeasedKey::nowLost);
    leased.nowHeld(contents.revision() + 1);
    change(List.of(new Change.Put(leased.key(), leased.value())), leased);
  }

  private void drop(InMemoryLeasedKey leased) {
    if (leased.isHeld()) {
      leased.nowLost();
      change(List.of(new Change.Delete(leased.key())), leased);
    }
  }

  /** One process's connection. */
  private final class Connection implements MetadataStore {
    private final List<InMemoryWatch> ownWatches = new ArrayList<>();
    private final List<InMemoryLeasedKey> ownKeys = new ArrayList<>();
    private boolean closed;

    @Override
    public CompletionStage<Listing> list(String prefix) {
      MetadataKeys.checkPrefix(prefix);
      return ask(() -> contents.list(prefix));
    }

    @Override
    public CompletionStage<Listing> read(String key) {
      MetadataKeys.check(key);
      return ask(() -> contents.read(key));
    }

    @Override
    public CompletionStage<SwapResult> swap(Swap swap) {
      CompletableFuture<SwapResult> answer = new CompletableFuture<>();
      turns.execute(() -> answer.complete(swapNow(swap)));
      return answer;
    }

    @Override
    public Subscription watch(String prefix, Watcher watcher) {
      MetadataKeys.checkPrefix(prefix);
      InMemoryWatch watch = new InMemoryWatch(prefix, watcher, this::end);
      turns.execute(
          () -> {
            if (closed || watch.isClosed()) {
              return;
            }
            ownWatches.add(watch);
            watches.add(watch);
            if (fault != Fault.AWAY) {
              watch.reset(contents);
            }
          });
      return watch;
    }

    @Override
    public Registration register(String key, ByteString value) {
      return lease(key, value, null);
    }

    @Override
    public Registration claim(String key, ByteString value, ClaimListener listener) {
      return lease(key, value, listener);
    }

    private Registration lease(String key, ByteString value, @Nullable ClaimListener listener) {
      MetadataKeys.check(key);
      InMemoryLeasedKey leased = new InMemoryLeasedKey(key, value, listener, this::end);
      turns.execute(
          () -> {
            if (!closed) {
              ownKeys.add(leased);
              leasedKeys.add(leased);
              hold(leased);
            }
          });
      return leased;
    }

    private void end(InMemoryWatch watch) {
      turns.execute(
          () -> {
            ownWatches.remove(watch);
            watches.remove(watch);
          });
    }

    private void end(InMemoryLeasedKey leased) {
      turns.execute(
          () -> {
            ownKeys.remove(leased);
            leasedKeys.remove(leased);
            drop(leased);
          });
    }

    @Override
    public void close() {
      turns.execute(
          () -> {
            closed = true;
            List.copyOf(ownWatches).forEach(InMemoryWatch::close);
            List.copyOf(ownKeys).forEach(InMemoryLeasedKey::close);
          });
    }
  }
}
