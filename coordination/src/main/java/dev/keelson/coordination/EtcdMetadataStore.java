package dev.keelson.coordination;

import com.google.protobuf.ByteString;
import dev.keelson.runtime.metrics.Metrics;
import dev.keelson.runtime.net.EventLoops;
import io.etcd.jetcd.api.TxnResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metadata store in etcd 3.6 (older ones may answer linearizable reads with old values). It has
 * one thread of its own, on which all of its answers and watchers run.
 */
public final class EtcdMetadataStore implements MetadataStore {
  private static final Logger LOG = LoggerFactory.getLogger(EtcdMetadataStore.class);
  private static final long CLOSE_SECONDS = 3;

  private final EtcdConfig config;
  private final EventLoops loops;
  private final EtcdLoop loop;
  private final EtcdEndpoints endpoints;
  private final EtcdCalls calls;
  private final EtcdMetrics metrics = new EtcdMetrics();
  private final EtcdKeys keys;
  private final Set<EtcdWatch> watches = ConcurrentHashMap.newKeySet();
  private final Set<EtcdLeasedKey> leasedKeys = ConcurrentHashMap.newKeySet();

  private EtcdMetadataStore(EtcdConfig config) {
    this.config = config;
    loops = EventLoops.start("etcd", 1);
    loop = new EtcdLoop(loops.loops().getFirst());
    endpoints = new EtcdEndpoints(config, loops);
    calls = new EtcdCalls(endpoints, loop, config.callTimeout(), metrics);
    keys = new EtcdKeys(config.clusterName());
  }

  /** Connects when it is first used; never fails because etcd is away. */
  public static EtcdMetadataStore connect(EtcdConfig config) {
    return new EtcdMetadataStore(config);
  }

  /** Shows how etcd is doing among the metrics of the process. */
  public EtcdMetadataStore withMetrics(Metrics shown) {
    metrics.register(shown);
    return this;
  }

  @Override
  public CompletionStage<Listing> list(String prefix) {
    MetadataKeys.checkPrefix(prefix);
    return EtcdList.read(calls, keys, prefix);
  }

  @Override
  public CompletionStage<Listing> read(String key) {
    MetadataKeys.check(key);
    CompletableFuture<Listing> answer = new CompletableFuture<>();
    read(key, calls.members(), answer);
    return answer;
  }

  private void read(String key, int attempts, CompletableFuture<Listing> answer) {
    StoreCalls.when(
        calls.range(keys.get(key)),
        range -> answer.complete(keys.listing(range)),
        error -> {
          if (attempts > 1 && EtcdCalls.isFailureOfMember(error)) {
            read(key, attempts - 1, answer);
          } else {
            answer.completeExceptionally(
                new MetadataUnavailableException(
                    "etcd can't be read now: " + EtcdCalls.words(error), error));
          }
        });
  }

  @Override
  public CompletionStage<SwapResult> swap(Swap swap) {
    return calls.transaction(keys.transaction(swap)).handle(this::result);
  }

  private SwapResult result(@Nullable TxnResponse response, @Nullable Throwable error) {
    if (response == null) {
      // Whatever the error says: of 96 transactions that failed, 17 had been carried out.
      return new SwapResult.Unknown(
          error == null ? "etcd answered nothing" : EtcdCalls.words(error));
    }
    long revision = response.getHeader().getRevision();
    long storeId = response.getHeader().getClusterId();
    if (response.getSucceeded()) {
      return new SwapResult.Swapped(revision, storeId);
    }
    return new SwapResult.Refused(
        keys.read(response).stream().map(keys::entry).toList(), revision, storeId);
  }

  @Override
  public Subscription watch(String prefix, Watcher watcher) {
    MetadataKeys.checkPrefix(prefix);
    EtcdWatch watch = new EtcdWatch(calls, keys, loop, prefix, watcher, watches::remove);
    watches.add(watch);
    watch.start();
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
    EtcdLeasedKey leased =
        new EtcdLeasedKey(
            calls, keys, loop, config.lease(), key, value, listener, leasedKeys::remove);
    leasedKeys.add(leased);
    leased.start(this::watch);
    return leased;
  }

  @Override
  public void close() {
    List<CompletableFuture<Void>> leaving = new ArrayList<>();
    for (EtcdLeasedKey leased : List.copyOf(leasedKeys)) {
      leaving.add(leased.gone());
      leased.close();
    }
    awaitAll(leaving);
    List.copyOf(watches).forEach(EtcdWatch::close);
    endpoints.close();
    loops.close();
  }

  private static void awaitAll(List<CompletableFuture<Void>> leaving) {
    try {
      CompletableFuture.allOf(leaving.toArray(CompletableFuture<?>[]::new))
          .get(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.info("etcd was not told in time that this process leaves; its keys go with their lease");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
