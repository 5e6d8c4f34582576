package dev.keelson.runtime.lifecycle;

/** How a process ends. */
public enum ExitCode {
  /** It was asked to stop, and did. */
  STOPPED(0),
  /** It could not start, or a part of it can't go on. */
  FAILED(1),
  /** Its configuration can't be used. */
  MISCONFIGURED(2),
  /** A fault of the program. */
  FAULT(70);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }
}
