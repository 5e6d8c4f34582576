package dev.keelson.client;

import java.time.Duration;

/** A table, and how it is to be asked. */
record TableTarget(String keyspace, String table, Duration timeout, Consistency consistency) {
  TableTarget(String keyspace, String table, Duration timeout) {
    this(keyspace, table, timeout, Consistency.LINEARIZABLE);
  }

  TableTarget withTimeout(Duration other) {
    return new TableTarget(keyspace, table, other, consistency);
  }

  TableTarget withConsistency(Consistency other) {
    return new TableTarget(keyspace, table, timeout, other);
  }
}
