package dev.keelson.operator.database;

import java.util.List;

/**
 * What the metadata store says of a node.
 *
 * @param drained whether it gets nothing any more
 * @param shards those that still name it
 */
public record DrainCheck(boolean drained, List<Integer> shards) {
  public DrainCheck {
    shards = List.copyOf(shards);
  }

  /** Nothing is on it, and nothing will be before it is undrained. */
  public boolean isEmptyForGood() {
    return drained && shards.isEmpty();
  }
}
