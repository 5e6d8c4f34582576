package dev.keelson.datanode.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SealedFileTest {
  @TempDir private Path directory;
  private Path path;
  private SealedFile file;

  @BeforeEach
  void name() {
    path = directory.resolve("FILE");
    file = new SealedFile(path, "keelson-test", 2);
  }

  @Test
  void reads_what_was_written_last() throws IOException {
    assertThat(file.read()).isEmpty();
    file.write(Map.of("boot", "1"));
    file.write(Map.of("boot", "2", "words", "two of them"));

    assertThat(file.read()).contains(Map.of("boot", "2", "words", "two of them"));
    assertThat(Files.readString(path)).startsWith("keelson-test 2\n").contains("\nchecksum ");
  }

  @Test
  void a_crash_while_writing_leaves_the_old_one() throws IOException {
    file.write(Map.of("boot", "1"));
    Files.writeString(directory.resolve("FILE.partial"), "keelson-te");

    assertThat(file.read()).contains(Map.of("boot", "1"));
  }

  @Test
  void every_changed_byte_is_noticed() throws IOException {
    file.write(Map.of("boot", "17"));
    byte[] good = Files.readAllBytes(path);
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 0x01;
      Files.write(path, bad);
      assertThatThrownBy(file::read).as("byte %d", i).isInstanceOf(StartRefusedException.class);
    }
  }

  @Test
  void a_cut_file_and_an_empty_one_are_noticed() throws IOException {
    file.write(Map.of("boot", "17"));
    byte[] good = Files.readAllBytes(path);
    for (int length = 0; length < good.length; length++) {
      Files.write(path, java.util.Arrays.copyOf(good, length));
      assertThatThrownBy(file::read)
          .as("%d bytes", length)
          .isInstanceOf(StartRefusedException.class);
    }
  }

  @Test
  void a_newer_format_is_refused_with_what_to_do() throws IOException {
    new SealedFile(path, "keelson-test", 3).write(Map.of());

    assertThatThrownBy(file::read)
        .hasMessageContaining("written by a newer version (format 3")
        .hasMessageContaining("start that version");
  }

  @Test
  void an_older_format_is_read() throws IOException {
    new SealedFile(path, "keelson-test", 1).write(Map.of("boot", "3"));

    assertThat(file.read()).contains(Map.of("boot", "3"));
  }

  @Test
  void something_else_is_refused() throws IOException {
    Files.write(path, new byte[70_000]);
    assertThatThrownBy(file::read).hasMessageContaining("no file of Keelson");
    Files.writeString(path, "#!/bin/sh\n");
    assertThatThrownBy(file::read).hasMessageContaining("is not what its name says");
  }
}
