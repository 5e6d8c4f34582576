package dev.keelson.coordination;

import dev.keelson.coordination.InMemoryContents.Effect;
import dev.keelson.coordination.MetadataStore.Subscription;
import dev.keelson.coordination.MetadataStore.Watcher;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A watcher of an {@link InMemoryMetadataStore}. */
final class InMemoryWatch implements Subscription {
  private static final Logger LOG = LoggerFactory.getLogger(InMemoryWatch.class);

  private final String prefix;
  private final Watcher watcher;
  private final Consumer<InMemoryWatch> end;
  private volatile boolean closed;

  InMemoryWatch(String prefix, Watcher watcher, Consumer<InMemoryWatch> end) {
    this.prefix = prefix;
    this.watcher = watcher;
    this.end = end;
  }

  boolean isClosed() {
    return closed;
  }

  void reset(InMemoryContents contents) {
    tell(() -> watcher.reset(contents.list(prefix)));
  }

  void changed(Effect effect) {
    Effect seen = effect.under(prefix);
    if (!seen.isEmpty()) {
      tell(() -> watcher.changed(seen.puts(), seen.deletes(), seen.revision()));
    }
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
    end.accept(this);
  }
}
