package dev.keelson.coordination;

import com.google.protobuf.ByteString;
import dev.keelson.coordination.MetadataStore.ClaimListener;
import dev.keelson.coordination.MetadataStore.Registration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A key that goes with its process's connection to an {@link InMemoryMetadataStore}. */
final class InMemoryLeasedKey implements Registration {
  private final String key;
  private final ByteString value;
  private final @Nullable ClaimListener listener;
  private final Consumer<InMemoryLeasedKey> end;
  private boolean placed;
  private volatile boolean held;

  /**
   * @param listener hears of a claim; a registration has none
   */
  InMemoryLeasedKey(
      String key,
      ByteString value,
      @Nullable ClaimListener listener,
      Consumer<InMemoryLeasedKey> end) {
    this.key = key;
    this.value = value;
    this.listener = listener;
    this.end = end;
  }

  String key() {
    return key;
  }

  ByteString value() {
    return value;
  }

  boolean isClaim() {
    return listener != null;
  }

  @Override
  public boolean isHeld() {
    return held;
  }

  /**
   * Whether it may take its key now. At first a registration replaces whatever is there; after that
   * two processes that register the same key must not take it from each other for ever.
   */
  boolean mayTake(boolean present) {
    return !held && !(present && (isClaim() || placed));
  }

  void nowHeld(long modRevision) {
    placed = true;
    held = true;
    if (listener != null) {
      listener.held(modRevision);
    }
  }

  void nowLost() {
    held = false;
    if (listener != null) {
      listener.lost();
    }
  }

  @Override
  public void close() {
    end.accept(this);
  }
}
