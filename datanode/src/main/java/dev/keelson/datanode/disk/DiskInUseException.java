package dev.keelson.datanode.disk;

import java.io.IOException;

/** Another process holds the directory. */
public final class DiskInUseException extends IOException {
  private static final long serialVersionUID = 1L;

  DiskInUseException(String message) {
    super(message);
  }
}
