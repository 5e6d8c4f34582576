package dev.keelson.coordination;

import dev.keelson.coordination.MetadataStore.Entry;
import dev.keelson.coordination.MetadataStore.Listing;
import dev.keelson.coordination.MetadataStore.Watcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Follows a watch as a user would, and remembers how it went. */
final class WatchRecorder implements Watcher {
  private final TreeMap<String, String> view = new TreeMap<>();
  private final List<Long> revisions = new ArrayList<>();
  private final List<Listing> resets = new ArrayList<>();
  private boolean inCall;

  @Override
  public void reset(Listing all) {
    alone(
        () -> {
          resets.add(all);
          view.clear();
          all.entries().forEach(entry -> view.put(entry.key(), entry.value().toStringUtf8()));
          revisions.add(all.revision());
        });
  }

  @Override
  public void changed(List<Entry> puts, List<String> deletes, long revision) {
    alone(
        () -> {
          puts.forEach(entry -> view.put(entry.key(), entry.value().toStringUtf8()));
          deletes.forEach(view::remove);
          revisions.add(revision);
        });
  }

  private synchronized void alone(Runnable call) {
    if (inCall) {
      throw new IllegalStateException("a watcher was called while it was being called");
    }
    inCall = true;
    call.run();
    inCall = false;
  }

  synchronized Map<String, String> view() {
    return Map.copyOf(view);
  }

  synchronized List<Long> revisions() {
    return List.copyOf(revisions);
  }

  synchronized int resets() {
    return resets.size();
  }

  synchronized Listing lastReset() {
    return resets.getLast();
  }
}
