package dev.keelson.datanode.controller;

import java.io.Serial;

/** What lies in etcd can't be read whole; nothing is done until somebody has mended it. */
final class UnusableStateException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  UnusableStateException(String message, Throwable cause) {
    super(message, cause);
  }
}
