package dev.keelson.client;

import dev.keelson.proto.v1.ReadOptions;
import java.time.Duration;

/** A table, and how it is to be asked. */
record TableTarget(
    String keyspace, String table, Duration timeout, Consistency consistency, Session session) {
  TableTarget(String keyspace, String table, Duration timeout, Session session) {
    this(keyspace, table, timeout, Consistency.LINEARIZABLE, session);
  }

  TableTarget withTimeout(Duration other) {
    return new TableTarget(keyspace, table, other, consistency, session);
  }

  TableTarget withConsistency(Consistency other) {
    return new TableTarget(keyspace, table, timeout, other, session);
  }

  TableTarget within(Session other) {
    return new TableTarget(keyspace, table, timeout, consistency, other);
  }

  /** Of a read that begins now. */
  ReadOptions readOptions() {
    return consistency.options(session);
  }
}
