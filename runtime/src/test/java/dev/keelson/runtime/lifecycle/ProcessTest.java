package dev.keelson.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.runtime.config.Config;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs real processes, since a process ends only once. */
@Tag("cluster")
@Timeout(120)
class ProcessTest {
  /** What the started processes run. */
  static final class Example {
    enum Deed {
      WAIT,
      THROW_AT_START,
      THROW_LATER,
      STOP_AT_ONCE
    }

    private Example() {}

    public static void main(String[] arguments) {
      Process.run("example", arguments, Example::read, Example::start);
    }

    private static Deed read(Config config) {
      return config.choice("deed", Deed.WAIT);
    }

    private static void start(Deed deed, Lifecycle lifecycle) {
      AutoCloseable part = lifecycle.add("part", () -> System.out.println("part stopped"));
      switch (deed) {
        case WAIT -> System.out.println("started " + (part != null));
        case THROW_AT_START -> throw new IllegalStateException("as the test wants it");
        case THROW_LATER -> {
          Thread thread = Thread.ofPlatform().start(Example::fail);
          System.out.println("started " + thread.getName());
        }
        case STOP_AT_ONCE -> {
          lifecycle.stop();
          AutoCloseable quick = lifecycle.add("quick", () -> System.out.println("quick stopped"));
          System.out.println("started " + (quick != null));
        }
      }
    }

    private static void fail() {
      throw new IllegalStateException("as the test wants it");
    }
  }

  private record End(int code, List<String> lines) {}

  private static java.lang.Process launch(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Example.class.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static End end(java.lang.Process process) throws IOException, InterruptedException {
    try {
      List<String> lines = new ArrayList<>();
      try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
        reader.lines().forEach(lines::add);
      }
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return new End(process.exitValue(), lines);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void a_process_that_is_terminated_stops_its_parts_and_ends_well() throws Exception {
    java.lang.Process process = launch();
    BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
    String line = reader.readLine();
    while (line != null && !line.startsWith("started")) {
      line = reader.readLine();
    }
    // Unlike Process.destroy this leaves the streams open.
    assertThat(process.toHandle().destroy()).isTrue();
    List<String> rest = reader.lines().toList();

    assertThat(rest).contains("part stopped");
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(ExitCode.STOPPED.number());
  }

  @Test
  void a_configuration_that_cant_be_used_ends_the_process_before_anything_starts()
      throws Exception {
    End end = end(launch("--set", "deeds=wait", "--set", "log.level=loud"));

    assertThat(end.code()).isEqualTo(ExitCode.MISCONFIGURED.number());
    assertThat(end.lines())
        .anyMatch(line -> line.contains("unknown key deeds"))
        .anyMatch(line -> line.contains("'loud': must be one of"))
        .noneMatch(line -> line.contains("started"));
  }

  @Test
  void a_process_that_cant_start_stops_what_has_started_and_fails() throws Exception {
    End end = end(launch("--set", "deed=throw-at-start"));

    assertThat(end.code()).isEqualTo(ExitCode.FAILED.number());
    assertThat(end.lines()).contains("part stopped");
  }

  @Test
  void a_thread_that_fails_ends_the_process_as_a_fault() throws Exception {
    End end = end(launch("--set", "deed=throw-later"));

    assertThat(end.code()).isEqualTo(ExitCode.FAULT.number());
    assertThat(end.lines())
        .contains("part stopped")
        .anyMatch(line -> line.contains("as the test wants it"));
  }

  @Test
  void a_process_may_ask_for_its_own_end_while_it_starts() throws Exception {
    End end = end(launch("--set", "deed=stop-at-once"));

    assertThat(end.code()).isEqualTo(ExitCode.STOPPED.number());
    assertThat(end.lines()).containsSubsequence("quick stopped", "part stopped");
  }

  @Test
  void help_and_version_need_no_configuration() throws Exception {
    End help = end(launch("--help"));
    assertThat(help.code()).isZero();
    assertThat(help.lines()).anyMatch(line -> line.strip().startsWith("deed"));

    End version = end(launch("--version"));
    assertThat(version.code()).isZero();
    assertThat(version.lines()).anyMatch(line -> line.startsWith("example 0."));
  }
}
