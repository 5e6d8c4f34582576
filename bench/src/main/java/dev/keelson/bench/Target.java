package dev.keelson.bench;

/**
 * A database under load, reached one way. Calls don't block; each ends with exactly one of the two
 * callbacks.
 */
interface Target extends AutoCloseable {
  String name();

  void put(int key, Done done);

  /** A linearizable read. */
  void get(int key, Done done);

  @Override
  void close();

  /** Learns how a call ended, on any thread. */
  interface Done {
    void succeeded();

    void failed(Throwable why);
  }
}
