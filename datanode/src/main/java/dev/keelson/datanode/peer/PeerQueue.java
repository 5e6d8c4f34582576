package dev.keelson.datanode.peer;

import dev.keelson.proto.internal.v1.PeerFrame;
import dev.keelson.proto.internal.v1.PeerMessage;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Messages that wait for one peer, bounded by bytes. Appends are dropped first, so that votes, acks
 * and heartbeats come through to a peer that is slow.
 */
final class PeerQueue {
  /** What became of a message. */
  enum Offer {
    TAKEN,
    FULL,
    TOO_GREAT
  }

  private final PeerConfig config;
  private final Queue<PeerMessage> waiting = new ArrayDeque<>();
  private long bytes;

  PeerQueue(PeerConfig config) {
    this.config = config;
  }

  Offer offer(PeerMessage message) {
    int size = message.getSerializedSize();
    if (size > config.messageBytes()) {
      return Offer.TOO_GREAT;
    }
    long limit = config.queueBytes() + (isGreat(message) ? 0L : config.controlBytes());
    if (bytes + size > limit) {
      return Offer.FULL;
    }
    waiting.add(message);
    bytes += size;
    return Offer.TAKEN;
  }

  /** What comes again by itself, and takes room from what is short. */
  private static boolean isGreat(PeerMessage message) {
    return message.hasAppend() || message.hasSnapshotChunk();
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Takes messages for one frame: at least one, and no more than fit. */
  PeerFrame take() {
    PeerFrame.Builder frame = PeerFrame.newBuilder();
    long size = 0;
    for (PeerMessage next = waiting.peek(); next != null; next = waiting.peek()) {
      int more = next.getSerializedSize();
      if (size > 0 && size + more > config.frameBytes()) {
        break;
      }
      waiting.remove();
      frame.addMessages(next);
      size += more;
    }
    bytes -= size;
    return frame.build();
  }

  /** Forgets everything: what is left would reach another connection of the peer. */
  void clear() {
    waiting.clear();
    bytes = 0;
  }

  long bytes() {
    return bytes;
  }
}
