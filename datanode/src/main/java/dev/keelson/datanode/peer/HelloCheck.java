package dev.keelson.datanode.peer;

import dev.keelson.core.shard.NodeId;
import dev.keelson.proto.internal.v1.Hello;
import java.util.Optional;

/** Whether to talk to whoever says hello; the answer is a sentence for the other side's log. */
final class HelloCheck {
  static final int PROTOCOL = 1;

  private final LocalNode self;

  HelloCheck(LocalNode self) {
    this.self = self;
  }

  /** Why a caller is refused. */
  Optional<String> caller(Hello hello) {
    return general(hello)
        .or(
            () ->
                hello.getNode().compareTo(self.node().name()) > 0
                    ? Optional.empty()
                    : Optional.of(
                        "the node with the greater name calls: "
                            + self.node()
                            + " is not called by "
                            + hello.getNode()));
  }

  /** Why the one that was called is refused. */
  Optional<String> called(NodeId expected, Hello hello) {
    return general(hello)
        .or(
            () ->
                hello.getNode().equals(expected.name())
                    ? Optional.empty()
                    : Optional.of(
                        "at the address of "
                            + expected
                            + " answers "
                            + hello.getNode()
                            + ": check the advertised addresses"));
  }

  private Optional<String> general(Hello hello) {
    if (!hello.getClusterId().equals(self.clusterId())) {
      return Optional.of(
          "node "
              + hello.getNode()
              + " belongs to cluster '"
              + hello.getClusterId()
              + "', this is cluster '"
              + self.clusterId()
              + "'");
    }
    if (hello.getProtocol() != PROTOCOL) {
      return Optional.of(
          "node "
              + hello.getNode()
              + " speaks protocol "
              + hello.getProtocol()
              + ", this node speaks "
              + PROTOCOL);
    }
    return isNodeName(hello.getNode())
        ? Optional.empty()
        : Optional.of("the hello names no valid node");
  }

  private static boolean isNodeName(String name) {
    try {
      return !new NodeId(name).name().isEmpty();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
