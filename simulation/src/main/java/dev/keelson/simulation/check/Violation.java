package dev.keelson.simulation.check;

/** Something that must never happen, happened. */
public final class Violation extends RuntimeException {
  private static final long serialVersionUID = 1;

  public Violation(String what) {
    super(what);
  }
}
