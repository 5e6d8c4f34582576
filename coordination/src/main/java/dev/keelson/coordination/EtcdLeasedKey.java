package dev.keelson.coordination;

import com.google.protobuf.ByteString;
import dev.keelson.coordination.MetadataStore.ClaimListener;
import dev.keelson.coordination.MetadataStore.Entry;
import dev.keelson.coordination.MetadataStore.Listing;
import dev.keelson.coordination.MetadataStore.Registration;
import dev.keelson.coordination.MetadataStore.Subscription;
import dev.keelson.coordination.MetadataStore.Watcher;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.TxnResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A key of this process in etcd, under a lease of its own. Runs on the store's thread.
 *
 * <pre>
 *   no lease ──grant──► leased ──put──► held ──renew every quarter of the lease──┐
 *      ▲                   ▲  └──another holds it──► waits until the key goes    │
 *      │                   └────────────somebody removed the key────────────◄────┤
 *      └───────────────────────etcd says that the lease has expired─────────◄────┘
 * </pre>
 *
 * An expired lease never comes back by itself, so a new one is taken. When renewals have failed for
 * as long as the lease lasts the key counts as lost, even if etcd can't say so.
 */
final class EtcdLeasedKey implements Registration {
  private static final Logger LOG = LoggerFactory.getLogger(EtcdLeasedKey.class);
  private static final Duration TICK = Duration.ofMillis(250);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final EtcdCalls calls;
  private final EtcdKeys keys;
  private final EtcdLoop loop;
  private final Duration ttl;
  private final String key;
  private final ByteString value;
  private final @Nullable ClaimListener listener;
  private final Consumer<EtcdLeasedKey> ended;
  private final CompletableFuture<Void> gone = new CompletableFuture<>();

  private @Nullable Subscription watch;
  private long lease;
  private boolean calling;
  private boolean putOnce;
  private boolean mayBeFree = true;
  private long modRevision;
  private long nextAct = System.nanoTime();
  private long aliveUntil;
  private volatile boolean held;
  private volatile boolean closed;

  /**
   * @param listener hears of a claim; a registration has none
   */
  EtcdLeasedKey(
      EtcdCalls calls,
      EtcdKeys keys,
      EtcdLoop loop,
      Duration ttl,
      String key,
      ByteString value,
      @Nullable ClaimListener listener,
      Consumer<EtcdLeasedKey> ended) {
    this.calls = calls;
    this.keys = keys;
    this.loop = loop;
    this.ttl = ttl;
    this.key = key;
    this.value = value;
    this.listener = listener;
    this.ended = ended;
  }

  void start(BiFunction<String, Watcher, Subscription> watcher) {
    loop.execute(
        () -> {
          if (!closed) {
            watch = watcher.apply(key, new OwnKey());
            tick();
          }
        });
  }

  @Override
  public boolean isHeld() {
    return held;
  }

  private void tick() {
    if (closed) {
      return;
    }
    long now = System.nanoTime();
    if (held && now - aliveUntil >= 0) {
      lose("the lease could not be renewed for " + ttl);
    }
    if (!calling && now - nextAct >= 0) {
      act(now);
    }
    loop.after(TICK, this::tick);
  }

  private void act(long now) {
    if (lease == 0) {
      step(calls.grant(ttl), granted -> granted(granted.getID(), now));
    } else if (!held && mayBeFree && now - aliveUntil < 0) {
      boolean ifAbsent = listener != null || putOnce;
      step(calls.transaction(keys.leased(key, value, lease, ifAbsent)), this::put);
    } else {
      step(calls.keepAlive(lease), renewed -> renewed(renewed.getTTL(), now));
    }
  }

  private <A> void step(CompletableFuture<A> call, Consumer<A> then) {
    calling = true;
    StoreCalls.when(
        call,
        answer -> answered(() -> then.accept(answer)),
        error -> answered(() -> failed(error)));
  }

  private void answered(Runnable then) {
    calling = false;
    if (closed) {
      revoke();
    } else {
      then.run();
    }
  }

  private void granted(long granted, long askedAt) {
    lease = granted;
    aliveUntil = askedAt + ttl.toNanos();
    nextAct = System.nanoTime();
  }

  /** Whether it was done is known even if an earlier answer was lost: by the lease on the key. */
  private void put(TxnResponse response) {
    if (response.getSucceeded()) {
      hold(response.getHeader().getRevision());
      return;
    }
    for (KeyValue current : keys.read(response)) {
      if (current.getLease() == lease) {
        hold(current.getModRevision());
        return;
      }
    }
    mayBeFree = false;
    nextRenewal();
  }

  private void hold(long revision) {
    putOnce = true;
    mayBeFree = false;
    modRevision = revision;
    held = true;
    nextRenewal();
    if (listener != null) {
      tell(() -> listener.held(revision));
    }
  }

  private void renewed(long secondsLeft, long askedAt) {
    if (secondsLeft <= 0) {
      lease = 0;
      mayBeFree = true;
      lose("the lease has expired");
      nextAct = System.nanoTime();
      return;
    }
    aliveUntil = askedAt + ttl.toNanos();
    if (!held && mayBeFree) {
      nextAct = System.nanoTime();
    } else {
      nextRenewal();
    }
  }

  private void nextRenewal() {
    nextAct = System.nanoTime() + ttl.toNanos() / 4;
  }

  private void failed(Throwable error) {
    LOG.debug("key {} waits for etcd: {}", key, EtcdCalls.words(error));
    if (io.grpc.Status.fromThrowable(error).getCode() == io.grpc.Status.Code.NOT_FOUND) {
      // The put found no lease.
      lease = 0;
    }
    nextAct = System.nanoTime() + RETRY.toNanos();
  }

  private void lose(String why) {
    if (!held) {
      return;
    }
    held = false;
    mayBeFree = true;
    calls.metrics().leaseLost();
    LOG.warn("key {} is lost: {}", key, why);
    if (listener != null) {
      tell(listener::lost);
    }
  }

  private void tell(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException e) {
      LOG.error("a listener of key {} failed", key, e);
    }
  }

  /** Tells the key's place, without waiting for the next renewal. */
  private final class OwnKey implements Watcher {
    @Override
    public void reset(Listing all) {
      see(
          all.entries().stream()
              .filter(entry -> entry.key().equals(key))
              .mapToLong(Entry::modRevision)
              .findFirst()
              .orElse(0),
          all.revision());
    }

    @Override
    public void changed(List<Entry> puts, List<String> deletes, long revision) {
      if (deletes.contains(key)) {
        see(0, revision);
      } else if (puts.stream().anyMatch(entry -> entry.key().equals(key))) {
        see(revision, revision);
      }
    }

    private void see(long seenModRevision, long revision) {
      // What is older than our own put says nothing about it.
      if (held && revision > modRevision && seenModRevision != modRevision) {
        lose(seenModRevision == 0 ? "somebody removed it" : "another process has taken it");
        mayBeFree = seenModRevision == 0;
        nextAct = System.nanoTime();
      } else if (!held && seenModRevision == 0) {
        mayBeFree = true;
        nextAct = System.nanoTime();
      }
    }
  }

  /** Done when the key is gone, or nothing more can be done about it. */
  CompletableFuture<Void> gone() {
    return gone;
  }

  @Override
  public void close() {
    loop.execute(
        () -> {
          if (closed) {
            return;
          }
          closed = true;
          held = false;
          if (watch != null) {
            watch.close();
          }
          if (!calling) {
            revoke();
          }
          ended.accept(this);
        });
  }

  private void revoke() {
    if (lease == 0) {
      gone.complete(null);
    } else {
      StoreCalls.when(
          calls.revoke(lease), revoked -> gone.complete(null), error -> gone.complete(null));
    }
  }
}
