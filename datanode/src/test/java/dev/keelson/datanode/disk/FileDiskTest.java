package dev.keelson.datanode.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDiskTest {
  @TempDir Path directory;

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void a_created_file_is_zeros_of_the_wanted_size() throws Exception {
    try (FileDisk disk = FileDisk.open(directory);
        DiskFile file = disk.create("a", 3_000_001)) {
      ByteBuffer content = ByteBuffer.allocate(3_000_001);
      file.read(0, content);

      assertThat(file.size()).isEqualTo(3_000_001);
      assertThat(content.rewind().mismatch(ByteBuffer.allocate(3_000_001))).isNegative();
      assertThatThrownBy(() -> disk.create("a", 1)).isInstanceOf(FileAlreadyExistsException.class);
    }
  }

  @Test
  void what_is_written_is_read_after_reopening() throws Exception {
    try (FileDisk disk = FileDisk.open(directory)) {
      try (DiskFile file = disk.create("a", 100)) {
        file.write(50, bytes("hello"));
        file.force();
      }
      disk.syncDirectory();
      ByteBuffer read = ByteBuffer.allocate(5);
      try (DiskFile file = disk.open("a")) {
        file.read(50, read);
        assertThatThrownBy(() -> file.read(98, ByteBuffer.allocate(5)))
            .isInstanceOf(EOFException.class);
      }

      assertThat(read.flip()).isEqualTo(bytes("hello"));
      assertThat(disk.list()).isEqualTo(List.of("a"));
      disk.delete("a");
      assertThat(disk.list()).isEmpty();
      assertThat(disk.usableBytes()).isPositive().isLessThan(disk.totalBytes());
    }
  }

  @Test
  void an_interrupted_reader_takes_the_file_from_nobody() throws Exception {
    try (FileDisk disk = FileDisk.open(directory);
        DiskFile file = disk.create("a", 100)) {
      Thread reader =
          Thread.ofPlatform()
              .start(
                  () -> {
                    Thread.currentThread().interrupt();
                    assertThatThrownBy(() -> file.read(0, ByteBuffer.allocate(5)))
                        .isInstanceOf(IOException.class);
                  });
      reader.join();

      file.write(0, bytes("still here"));
      file.force();
      ByteBuffer read = ByteBuffer.allocate(10);
      file.read(0, read);
      assertThat(read.flip()).isEqualTo(bytes("still here"));
    }
  }

  @Test
  void a_second_user_in_the_same_process_is_refused() throws Exception {
    try (FileDisk first = FileDisk.open(directory)) {
      assertThatThrownBy(() -> FileDisk.open(directory))
          .isInstanceOf(DiskInUseException.class)
          .hasMessageContaining("is in use by another process: stop that one");
      assertThat(first.list()).isEmpty();
    }
    FileDisk.open(directory).close();
  }

  @Test
  void a_second_process_is_refused() throws Exception {
    try (FileDisk first = FileDisk.open(directory)) {
      assertThat(first.list()).isEmpty();
      Process second =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  SecondProcess.class.getName(),
                  directory.toString())
              .redirectErrorStream(true)
              .start();
      String said = new String(second.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(said).contains("is in use by another process");
    }
  }

  @Test
  void names_that_lead_elsewhere_are_refused() throws Exception {
    Files.writeString(directory.resolve("other"), "x");
    try (FileDisk disk = FileDisk.open(directory)) {
      for (String name : List.of("../other", "a/b", ".hidden", "", "LOCK")) {
        assertThatThrownBy(() -> disk.create(name, 1)).isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  /** Tries to open the directory that is given. */
  static final class SecondProcess {
    private SecondProcess() {}

    public static void main(String[] arguments) throws Exception {
      try (FileDisk disk = FileDisk.open(Path.of(arguments[0]))) {
        System.out.println("opened with " + disk.list());
      } catch (DiskInUseException refused) {
        System.out.println(refused.getMessage());
      }
    }
  }
}
