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
  private NodeRecord record;
  private Registration current;
  private boolean closed;

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
    Registration before = current;
    say(record.toBuilder().setLeaving(true).build(), limit);
    // It has been replaced, so its end does not take the key away.
    before.close();
  }

  /**
   * Says why others had better lead, and waits a while until that is known.
   *
   * @param ailment empty when all is well again
   * @return false when it could not be said in time; then it is to be said again
   */
  synchronized boolean ails(String ailment, Duration limit) throws InterruptedException {
    if (closed || record.getLeaving() || record.getAilment().equals(ailment)) {
      return true;
    }
    Registration before = current;
    NodeRecord known = record;
    if (say(known.toBuilder().setAilment(ailment).build(), limit)) {
      before.close();
      return true;
    }
    // The former one comes back by itself, should the key have been taken from it.
    current.close();
    current = before;
    record = known;
    return false;
  }

  private boolean say(NodeRecord changed, Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    record = changed;
    current = store.register(key, changed.toByteString());
    while (!current.isHeld() && System.nanoTime() < deadline) {
      Thread.sleep(LOOK_MILLIS);
    }
    return current.isHeld();
  }

  @Override
  public synchronized void close() {
    closed = true;
    current.close();
  }
}
