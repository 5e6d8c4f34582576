package dev.keelson.core.key;

/** Bytes that are no key, or no key of the table they were read for. */
public final class MalformedKeyException extends Exception {
  private static final long serialVersionUID = 1;

  MalformedKeyException(String message) {
    super(message, null, false, false);
  }
}
