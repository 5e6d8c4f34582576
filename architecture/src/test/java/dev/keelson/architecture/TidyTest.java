package dev.keelson.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The house style, as far as a machine can see it. */
class TidyTest {
  private static final int MOST_LINES = 500;
  private static final Set<String> NAMES_OF_NOTHING =
      Set.of(
          "util",
          "utils",
          "common",
          "helper",
          "helpers",
          "impl",
          "manager",
          "managers",
          "misc",
          "base");
  private static final Pattern ASSERT = Pattern.compile("(?m)^\\s*assert\\s");
  private static final Pattern SLEEP = Pattern.compile("Thread\\.sleep");

  /** Polls a process that has no other sign of life; waits out a lease. This list only shrinks. */
  private static final Set<String> MAY_SLEEP =
      Set.of("EtcdProcess.java", "EtcdMetadataStoreTest.java");

  @Test
  void filesStopAtFiveHundredLines() throws IOException {
    List<String> tooLong = new ArrayList<>();
    for (Path file : sources()) {
      long lines = Files.readString(file).lines().count();
      if (lines > MOST_LINES) {
        tooLong.add(file + " has " + lines + " lines");
      }
    }
    assertThat(tooLong).isEmpty();
  }

  @Test
  void packagesAreNamedAfterSomething() throws IOException {
    assertThat(sources()).noneMatch(it -> NAMES_OF_NOTHING.contains(folder(it)));
  }

  @Test
  void checksAreAlwaysOn() throws IOException {
    assertThat(offenders(ASSERT)).isEmpty();
  }

  @Test
  void nobodySleepsForLuck() throws IOException {
    assertThat(offenders(SLEEP))
        .filteredOn(it -> it.toString().contains("src/test"))
        .noneMatch(it -> !MAY_SLEEP.contains(name(it)));
  }

  @Test
  void everyPackageSaysWhatItIsFor() throws IOException {
    List<Path> silent = new ArrayList<>();
    for (Path file : sources()) {
      boolean main = file.toString().contains("src/main");
      if (main && !Files.exists(file.resolveSibling("package-info.java"))) {
        silent.add(file.getParent());
      }
    }
    assertThat(silent.stream().distinct()).isEmpty();
  }

  private static String name(Path file) {
    return file.getName(file.getNameCount() - 1).toString();
  }

  private static String folder(Path file) {
    return file.getName(file.getNameCount() - 2).toString();
  }

  private static List<Path> offenders(Pattern pattern) throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path file : sources()) {
      boolean self = file.endsWith("TidyTest.java");
      if (!self && pattern.matcher(Files.readString(file)).find()) {
        found.add(file);
      }
    }
    return found;
  }

  private static List<Path> sources() throws IOException {
    List<Path> all = new ArrayList<>();
    for (String module : Modules.MAY_USE.keySet()) {
      all.addAll(Modules.sources(module));
    }
    return all;
  }
}
