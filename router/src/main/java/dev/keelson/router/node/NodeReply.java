package dev.keelson.router.node;

import dev.keelson.proto.internal.v1.NodeAnswer;

/** Learns what became of one request; exactly one of its endings is called, on the link's loop. */
public interface NodeReply {

  /** The node answered, perhaps with an error. */
  void answered(NodeAnswer answer);

  /** There will be no answer. */
  void failed(Failure failure);

  /**
   * Another node leads the shard now. Returns true to be asked no more about this request (its
   * owner sends it elsewhere at once), false to go on waiting for this node's answer.
   *
   * @param sent whether the node may have received it
   */
  boolean giveUpForNewLeader(boolean sent);

  /** Why there is no answer. */
  enum Failure {
    /** The node is not connected; the request never left this process. */
    NOT_CONNECTED(false),
    /** Too much waits for this node already; the request never left this process. */
    FULL(false),
    /** The deadline passed before the request was sent. */
    EXPIRED_UNSENT(false),
    /** The deadline passed; the node may have done what was asked. */
    EXPIRED(true),
    /** The stream broke; the node may have done what was asked. */
    BROKEN(true);

    private final boolean sent;

    Failure(boolean sent) {
      this.sent = sent;
    }

    /** Whether the node may have received the request. */
    public boolean sent() {
      return sent;
    }
  }
}
