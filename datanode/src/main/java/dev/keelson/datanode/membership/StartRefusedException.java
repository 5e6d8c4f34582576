package dev.keelson.datanode.membership;

import java.io.Serial;

/** The node must not start with this directory or this etcd; the message says what to do. */
public final class StartRefusedException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  public StartRefusedException(String message) {
    super(message);
  }

  StartRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
