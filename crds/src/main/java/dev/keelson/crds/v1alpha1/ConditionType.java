package dev.keelson.crds.v1alpha1;

/** The conditions of a cluster. Ready, Reconciling and Stalled are those of kstatus. */
public enum ConditionType {
  /** Everything is as asked. */
  READY("Ready"),
  /** Every shard has a leader, as a router says: applications are served. */
  AVAILABLE("Available"),
  /** The operator has changed something, or waits for Kubernetes or the database to follow. */
  RECONCILING("Reconciling"),
  /** Nothing will get better before somebody does what the message says. */
  STALLED("Stalled");

  private final String word;

  ConditionType(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }
}
