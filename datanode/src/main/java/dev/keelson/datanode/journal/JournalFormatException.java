package dev.keelson.datanode.journal;

import java.io.IOException;

/** The directory holds a journal that this program must not touch. */
public final class JournalFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  JournalFormatException(String message) {
    super(message);
  }
}
