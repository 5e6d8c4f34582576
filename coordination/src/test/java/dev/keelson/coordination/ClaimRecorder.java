package dev.keelson.coordination;

import dev.keelson.coordination.MetadataStore.ClaimListener;
import java.util.ArrayList;
import java.util.List;

/** Remembers what became of a claim: the mod revision when held, 0 when lost. */
final class ClaimRecorder implements ClaimListener {
  private final List<Long> events = new ArrayList<>();

  @Override
  public synchronized void held(long modRevision) {
    events.add(modRevision);
  }

  @Override
  public synchronized void lost() {
    events.add(0L);
  }

  synchronized List<Long> events() {
    return List.copyOf(events);
  }

  synchronized boolean isHeld() {
    return !events.isEmpty() && events.getLast() != 0;
  }

  synchronized long modRevision() {
    return events.getLast();
  }
}
