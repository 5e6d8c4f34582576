package dev.keelson.router.load;

import dev.keelson.proto.v1.BulkLoadResponse;

/** The client's side of a load. */
public interface LoadStream {
  /** Asks for one more message. */
  void requestMessage();

  boolean isReady();

  void send(BulkLoadResponse answer);
}
