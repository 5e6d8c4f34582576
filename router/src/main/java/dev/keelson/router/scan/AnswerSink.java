package dev.keelson.router.scan;

import dev.keelson.proto.v1.ScanResponse;

/** Where the answers of a scan go. */
public interface AnswerSink {

  /**
   * Sends an answer; blocks until the client takes more.
   *
   * @throws InterruptedException when the client is gone
   */
  void send(ScanResponse answer) throws InterruptedException;
}
