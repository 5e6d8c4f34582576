package dev.keelson.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LifecycleTest {
  private final List<String> closed = new ArrayList<>();

  private AutoCloseable part(String name) {
    return () -> closed.add(name);
  }

  private AutoCloseable failing(String name) {
    return () -> {
      closed.add(name);
      throw new IllegalStateException("this part fails to stop, as the test wants it");
    };
  }

  @Test
  void parts_stop_in_the_opposite_order_even_if_one_fails() {
    Lifecycle lifecycle = new Lifecycle("test", Duration.ofSeconds(5));
    AutoCloseable one = lifecycle.add("one", part("one"));
    AutoCloseable two = lifecycle.add("two", failing("two"));
    AutoCloseable three = lifecycle.add("three", part("three"));
    assertThat(List.of(one, two, three)).doesNotContainNull();

    lifecycle.close();
    lifecycle.close();

    assertThat(closed).containsExactly("three", "two", "one");
    assertThat(lifecycle.exitCode()).isEqualTo(ExitCode.STOPPED);
  }

  @Test
  void a_part_that_comes_while_the_process_ends_is_stopped_at_once() {
    Lifecycle lifecycle = new Lifecycle("test", Duration.ofSeconds(5));
    lifecycle.close();
    AutoCloseable late = lifecycle.add("late", part("late"));

    assertThat(late).isNotNull();
    assertThat(closed).containsExactly("late");
  }

  @Test
  @Timeout(20)
  void a_part_that_hangs_doesnt_keep_the_process_from_ending() {
    Lifecycle lifecycle = new Lifecycle("test", Duration.ofMillis(50));
    AutoCloseable hanging = lifecycle.add("hanging", () -> new CountDownLatch(1).await());
    lifecycle.close();

    assertThat(hanging).isNotNull();
  }

  @Test
  @Timeout(20)
  void a_part_that_cant_go_on_ends_the_process_with_the_first_reason() throws Exception {
    Lifecycle lifecycle = new Lifecycle("test", Duration.ofSeconds(5));
    Thread part =
        Thread.ofVirtual()
            .start(
                () -> {
                  lifecycle.fail(
                      ExitCode.FAILED, "the disk failed", new IllegalStateException("test"));
                  lifecycle.fail(ExitCode.FAULT, "and more", new IllegalStateException("test"));
                });

    assertThat(lifecycle.await()).isEqualTo(ExitCode.FAILED);
    part.join();
    assertThat(lifecycle.exitCode()).isEqualTo(ExitCode.FAILED);
  }

  @Test
  void the_build_knows_its_version() {
    assertThat(BuildInfo.version()).matches("\\d+\\.\\d+\\.\\d+.*");
  }

  @Test
  void help_lists_every_key_with_its_default() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Process.printHelp(
        "keelson-test",
        config -> config.text("test.name", "fallback") + config.requiredText("test.must"),
        new PrintStream(bytes, true, StandardCharsets.UTF_8));

    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .contains("usage: keelson-test")
        .containsPattern("log.level +info")
        .containsPattern("test.name +fallback")
        .containsPattern("test.must +\\(none\\)");
  }
}
