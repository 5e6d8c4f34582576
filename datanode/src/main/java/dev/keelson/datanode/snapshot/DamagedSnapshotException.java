package dev.keelson.datanode.snapshot;

import java.io.IOException;

/** What lies in the file, or came from a peer, is not what was written once. */
public final class DamagedSnapshotException extends IOException {
  private static final long serialVersionUID = 1;

  DamagedSnapshotException(SnapshotId id, long offset, String what) {
    super(id.fileName() + " is damaged at " + offset + ": " + what);
  }
}
