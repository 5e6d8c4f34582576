package dev.keelson.core.shard;

import java.util.regex.Pattern;

/**
 * The name of a data node, unique in its cluster and kept over restarts: a DNS label, such as a
 * pod's name.
 */
public record NodeId(String name) implements Comparable<NodeId> {
  private static final Pattern VALID = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");

  public NodeId {
    if (!VALID.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "node name must be a DNS name in lower case: '" + name + "'");
    }
  }

  @Override
  public int compareTo(NodeId other) {
    return name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return name;
  }
}
