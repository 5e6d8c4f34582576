package dev.keelson.coordination;

import dev.keelson.coordination.EtcdCalls.WatchStream;
import dev.keelson.coordination.MetadataStore.Entry;
import dev.keelson.coordination.MetadataStore.Listing;
import dev.keelson.coordination.MetadataStore.Subscription;
import dev.keelson.coordination.MetadataStore.Watcher;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchProgressRequest;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One watcher's stream from etcd. Runs on the store's thread.
 *
 * <pre>
 *   listing ──read──► watching ──error, end, cancel, compaction, silence──► waiting ──► listing
 *      └──failed──► waiting
 * </pre>
 *
 * Every way back leads over a listing: what a broken stream has left out can't be known.
 */
final class EtcdWatch implements Subscription {
  private static final Logger LOG = LoggerFactory.getLogger(EtcdWatch.class);

  private static final Duration PROBE_PERIOD = Duration.ofSeconds(2);
  private static final Duration SILENCE = Duration.ofSeconds(6);
  private static final Duration FIRST_WAIT = Duration.ofMillis(100);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

  private final EtcdCalls calls;
  private final EtcdKeys keys;
  private final EtcdLoop loop;
  private final String prefix;
  private final Watcher watcher;
  private final Consumer<EtcdWatch> ended;

  private @Nullable WatchStream stream;
  private Duration wait = FIRST_WAIT;

  /** Counts streams; what an older one still says is not heard. */
  private int generation;

  private long storeId;
  private long revision;
  private long heardAt;
  private volatile boolean closed;

  EtcdWatch(
      EtcdCalls calls,
      EtcdKeys keys,
      EtcdLoop loop,
      String prefix,
      Watcher watcher,
      Consumer<EtcdWatch> ended) {
    this.calls = calls;
    this.keys = keys;
    this.loop = loop;
    this.prefix = prefix;
    this.watcher = watcher;
    this.ended = ended;
  }

  void start() {
    loop.execute(this::list);
  }

  private void list() {
    if (closed) {
      return;
    }
    StoreCalls.when(
        EtcdList.read(calls, keys, prefix),
        this::begin,
        error -> waitAndList(String.valueOf(error.getMessage())));
  }

  private void begin(Listing listing) {
    if (closed) {
      return;
    }
    storeId = listing.storeId();
    revision = listing.revision();
    heardAt = System.nanoTime();
    tell(() -> watcher.reset(listing));
    int own = ++generation;
    WatchStream opened = calls.watch(new Responses(own));
    stream = opened;
    opened
        .requests()
        .onNext(
            WatchRequest.newBuilder()
                .setCreateRequest(
                    WatchCreateRequest.newBuilder()
                        .setKey(keys.full(prefix))
                        .setRangeEnd(keys.endOf(prefix))
                        // The listing's own revision again, which is left out below: etcd answers
                        // no probe while nothing has happened since a watch's start.
                        .setStartRevision(revision))
                .build());
    probeLater(own);
  }

  /** A member that hangs says nothing, and neither does one where nothing happens: so ask. */
  private void probeLater(int own) {
    loop.after(PROBE_PERIOD, () -> probe(own));
  }

  private void probe(int own) {
    WatchStream current = stream;
    if (closed || own != generation || current == null) {
      return;
    }
    long silent = System.nanoTime() - heardAt;
    if (silent > SILENCE.toNanos()) {
      lost("etcd was silent for " + silent / 1_000_000 + " ms", true);
      return;
    }
    current
        .requests()
        .onNext(
            WatchRequest.newBuilder()
                .setProgressRequest(WatchProgressRequest.getDefaultInstance())
                .build());
    probeLater(own);
  }

  private void take(WatchResponse response) {
    heardAt = System.nanoTime();
    if (response.getHeader().getClusterId() != storeId) {
      LOG.warn("watch of '{}': another etcd answers", prefix);
      lost("another etcd answers", false);
    } else if (response.getCanceled() || response.getCompactRevision() != 0) {
      lost("etcd ended the watch: " + response.getCancelReason(), false);
    } else {
      wait = FIRST_WAIT;
      takeEvents(response.getEventsList());
    }
  }

  /** A response may hold several revisions; each is told by itself. */
  private void takeEvents(List<Event> events) {
    int next = 0;
    while (next < events.size()) {
      long eventRevision = events.get(next).getKv().getModRevision();
      List<Entry> puts = new ArrayList<>();
      List<String> deletes = new ArrayList<>();
      while (next < events.size() && events.get(next).getKv().getModRevision() == eventRevision) {
        Event event = events.get(next++);
        if (event.getType() == Event.EventType.DELETE) {
          deletes.add(keys.relative(event.getKv()));
        } else {
          puts.add(keys.entry(event.getKv()));
        }
      }
      if (eventRevision > revision) {
        revision = eventRevision;
        tell(() -> watcher.changed(puts, deletes, eventRevision));
      }
    }
  }

  private void lost(String why, boolean byMember) {
    WatchStream broken = stream;
    generation++;
    stream = null;
    if (broken != null) {
      broken.call().cancel("the watch begins anew", null);
      if (byMember) {
        calls.failed(broken.endpoint(), why);
      }
    }
    waitAndList(why);
  }

  private void waitAndList(String why) {
    if (closed) {
      return;
    }
    calls.metrics().watchReset();
    LOG.debug("watch of '{}' begins anew in {} ms: {}", prefix, wait.toMillis(), why);
    // Spread out what all processes would else do at once.
    long millis = wait.toMillis() / 2 + ThreadLocalRandom.current().nextLong(wait.toMillis());
    loop.after(Duration.ofMillis(millis), this::list);
    Duration doubled = wait.multipliedBy(2);
    wait = doubled.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : doubled;
  }

  private void tell(Runnable call) {
    if (closed) {
      return;
    }
    try {
      call.run();
    } catch (RuntimeException e) {
      LOG.error("a watcher of '{}' failed", prefix, e);
    }
  }

  @Override
  public void close() {
    closed = true;
    loop.execute(
        () -> {
          generation++;
          WatchStream open = stream;
          stream = null;
          if (open != null) {
            open.call().cancel("the watch was closed", null);
          }
          ended.accept(this);
        });
  }

  private final class Responses implements StreamObserver<WatchResponse> {
    private final int own;

    Responses(int own) {
      this.own = own;
    }

    @Override
    public void onNext(WatchResponse response) {
      if (own == generation) {
        take(response);
      }
    }

    @Override
    public void onError(Throwable error) {
      if (own == generation) {
        lost(EtcdCalls.words(error), EtcdCalls.isFailureOfMember(error));
      }
    }

    @Override
    public void onCompleted() {
      if (own == generation) {
        lost("etcd ended the stream", true);
      }
    }
  }
}
