package dev.keelson.core.row;

/** Bytes that are no row. */
public final class MalformedRowException extends Exception {
  private static final long serialVersionUID = 1;

  MalformedRowException(String message) {
    super(message, null, false, false);
  }
}
