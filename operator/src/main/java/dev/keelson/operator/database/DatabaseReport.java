package dev.keelson.operator.database;

import dev.keelson.proto.v1.DescribeClusterResponse;

/** What a database said of itself, or why it said nothing. */
public sealed interface DatabaseReport {

  /** A router answered. */
  record Reached(DescribeClusterResponse description) implements DatabaseReport {}

  /** Nobody answered in time; nothing is known. No reason to change or remove anything. */
  record Unreachable(String why) implements DatabaseReport {}
}
