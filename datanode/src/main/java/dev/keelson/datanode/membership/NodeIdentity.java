package dev.keelson.datanode.membership;

import dev.keelson.core.shard.NodeId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a data directory says of its node.
 *
 * @param disk drawn when the directory was made; the storage id of every replica on it (R13)
 * @param boot how often the node has started; a later start has a greater number
 * @param longestLease the longest that was ever promised not to be fenced: a restarted replica must
 *     keep what an earlier start of it has promised (R10)
 */
public record NodeIdentity(
    String cluster, NodeId node, String disk, long boot, Duration longestLease) {
  private static final int FORMAT = 1;

  static SealedFile file(Path directory) {
    return new SealedFile(directory.resolve("IDENTITY"), "keelson-identity", FORMAT);
  }

  static Optional<NodeIdentity> read(Path directory) throws IOException {
    return file(directory).read().map(it -> parse(directory, it));
  }

  void write(Path directory) throws IOException {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("cluster", cluster);
    values.put("node", node.name());
    values.put("disk", disk);
    values.put("boot", String.valueOf(boot));
    values.put("longest-lease-millis", String.valueOf(longestLease.toMillis()));
    file(directory).write(values);
  }

  private static NodeIdentity parse(Path directory, Map<String, String> values) {
    try {
      return new NodeIdentity(
          value(values, "cluster"),
          new NodeId(value(values, "node")),
          value(values, "disk"),
          Long.parseLong(value(values, "boot")),
          Duration.ofMillis(Long.parseLong(value(values, "longest-lease-millis"))));
    } catch (IllegalArgumentException e) {
      throw new StartRefusedException(
          "the file IDENTITY in " + directory + " can't be used: " + e.getMessage(), e);
    }
  }

  private static String value(Map<String, String> values, String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("it has no " + name);
    }
    return value;
  }
}
