package dev.keelson.datanode.disk;

/**
 * What is to be done when the disk failed in a way after which nothing can be promised: the process
 * has to stop. In particular a failed force is never tried again, since the kernel may have dropped
 * what it could not write.
 */
@FunctionalInterface
public interface DiskFailure {
  /** Called once, from any thread. Whoever waited for the disk is never called back. */
  void failed(String what, Throwable cause);
}
