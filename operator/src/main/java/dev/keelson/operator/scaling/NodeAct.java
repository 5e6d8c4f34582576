package dev.keelson.operator.scaling;

/** What the database is to be told of a node. */
public sealed interface NodeAct {
  String node();

  /** Everything is to move away from it. */
  record Drain(String node) implements NodeAct {}

  /** It may have replicas again. */
  record Undrain(String node) implements NodeAct {}
}
