package dev.keelson.core.command;

/** A payload that is no command, or one that no router of ours sends. */
final class MalformedCommandException extends Exception {
  private static final long serialVersionUID = 1;

  MalformedCommandException(String message) {
    super(message, null, false, false);
  }
}
