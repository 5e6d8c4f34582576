package dev.keelson.datanode.snapshot;

import java.io.IOException;

/** A snapshot was written by another version of this program. */
public final class SnapshotFormatException extends IOException {
  private static final long serialVersionUID = 1;

  SnapshotFormatException(String file, int version) {
    super(
        file
            + " has format "
            + version
            + ", this version reads format "
            + SnapshotHeader.VERSION
            + ": start the version that wrote it");
  }
}
