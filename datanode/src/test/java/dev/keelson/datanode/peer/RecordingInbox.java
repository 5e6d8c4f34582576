package dev.keelson.datanode.peer;

import dev.keelson.core.shard.NodeId;
import dev.keelson.proto.internal.v1.PeerMessage;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Keeps what the links deliver, in order. */
final class RecordingInbox implements PeerInbox {
  /** One thing that was delivered; {@code what} is connected, lost, or a message's shard. */
  record Delivered(NodeId peer, String what, long boot) {}

  private final BlockingQueue<Delivered> delivered = new LinkedBlockingQueue<>();

  @Override
  public void peerConnected(NodeId peer, String disk) {
    delivered.add(new Delivered(peer, "connected on " + disk, 0));
  }

  @Override
  public void receive(NodeId from, long peerBoot, List<PeerMessage> messages) {
    messages.forEach(it -> delivered.add(new Delivered(from, "" + it.getShard(), peerBoot)));
  }

  @Override
  public void peerLost(NodeId peer) {
    delivered.add(new Delivered(peer, "lost", 0));
  }

  Delivered next() throws InterruptedException {
    Delivered next = delivered.poll(10, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nothing was delivered within 10 s");
    }
    return next;
  }

  boolean isEmpty() {
    return delivered.isEmpty();
  }
}
