package dev.keelson.e2e.processes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A server's disk that gets slow or fails when the test says so (hack/tools/faulty-disk). */
final class FaultyDisk {
  private final Path library;
  private final Path orders;

  private FaultyDisk(Path library, Path orders) {
    this.library = library;
    this.orders = orders;
  }

  /**
   * Compiles what is put before the calls of the server.
   *
   * @param folder for it and for the orders
   */
  static FaultyDisk in(Path folder) {
    Path library = folder.resolve("faulty-disk.so");
    Tools.Result compiled =
        Tools.run(
            List.of(
                "cc",
                "-shared",
                "-fPIC",
                "-o",
                library.toString(),
                Tools.source("hack/tools/faulty-disk/faulty_disk.c").toString(),
                "-ldl"));
    if (compiled.exitCode() != 0) {
      throw new IllegalStateException("can't compile: " + compiled.output());
    }
    return new FaultyDisk(library, folder.resolve("faulty-disk.orders"));
  }

  /** What the server is started with. */
  Map<String, String> settings() {
    return Map.of("LD_PRELOAD", library.toString(), "FAULTY_DISK", orders.toString());
  }

  /** Each force takes longer from now on. */
  void slow(Duration by) {
    order(by.toMillis() + " 0");
  }

  /** Each force fails from now on, as on a disk that became read-only or broke. */
  void fail(int errno) {
    order("0 " + errno);
  }

  void heal() {
    order("0 0");
  }

  private void order(String text) {
    try {
      Path next = orders.resolveSibling("faulty-disk.next");
      Files.writeString(next, text);
      Files.move(next, orders, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
