package dev.keelson.datanode;

/** Told when a node can't go on and must end without delay. */
@FunctionalInterface
public interface NodeFailure {
  /** On any thread, perhaps more than once. */
  void failed(String why, Throwable cause);
}
