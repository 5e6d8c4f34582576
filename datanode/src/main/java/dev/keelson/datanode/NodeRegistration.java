package dev.keelson.datanode;

import dev.keelson.coordination.MetadataKeys;
import dev.keelson.coordination.MetadataStore;
import dev.keelson.coordination.MetadataStore.Registration;
import dev.keelson.proto.internal.v1.NodeRecord;
import java.time.Duration;

/** This node under {@code nodes/}, for as long as it lives. */
final class NodeRegistration implements AutoCloseable {
  private static final long LOOK_MILLIS = 10;

  private final MetadataStore store;
  private final String key;
  private final NodeRecord record;
  private Registration current;

  /**
   * @param key of the node
   */
  NodeRegistration(MetadataStore store, String key, NodeRecord record) {
    this.store = store;
    this.key = key;
    this.record = record;
    this.current = store.register(key, record.toByteString());
  }

  static NodeRegistration of(MetadataStore store, NodeRecord record) {
    return new NodeRegistration(store, MetadataKeys.NODES + record.getNode(), record);
  }

  synchronized boolean isHeld() {
    return current.isHeld();
  }

  /** Says that the node is about to stop; waits a while until that is known. */
  synchronized void leave(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    Registration before = current;
    current = store.register(key, record.toBuilder().setLeaving(true).build().toByteString());
    while (!current.isHeld() && System.nanoTime() < deadline) {
      Thread.sleep(LOOK_MILLIS);
    }
    // It has been replaced, so its end does not take the key away.
    before.close();
  }

  @Override
  public synchronized void close() {
    current.close();
  }
}
