package dev.keelson.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The modules as folders, and the classes that they were compiled to. */
final class Modules {
  /** What each module may depend on, itself aside; the table of docs/architecture.md. */
  static final Map<String, Set<String>> MAY_USE =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("proto", Set.of()),
              Map.entry("crds", Set.of()),
              Map.entry("core", Set.of("proto")),
              Map.entry("runtime", Set.of("core", "proto")),
              Map.entry("coordination", Set.of("runtime", "core", "proto")),
              Map.entry("datanode", Set.of("coordination", "runtime", "core", "proto")),
              Map.entry("router", Set.of("coordination", "runtime", "core", "proto")),
              Map.entry("operator", Set.of("runtime", "core", "crds", "proto")),
              Map.entry("client", Set.of("proto")),
              Map.entry(
                  "embedded",
                  Set.of(
                      "datanode",
                      "router",
                      "coordination",
                      "runtime",
                      "core",
                      "client",
                      "proto",
                      "examples")),
              Map.entry(
                  "simulation",
                  Set.of("datanode", "router", "coordination", "runtime", "core", "proto")),
              Map.entry("bench", Set.of("client", "core", "datanode", "proto")),
              Map.entry("examples", Set.of("client", "proto")),
              Map.entry("e2e-tests", Set.of("client", "crds", "proto"))));

  private Modules() {}

  static Path root() {
    Path here = Path.of("").toAbsolutePath();
    return Files.exists(here.resolve("architecture")) ? here : here.resolve("..").normalize();
  }

  static List<Path> sources(String module) throws java.io.IOException {
    Path folder = root().resolve(module).resolve("src");
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (var files = Files.walk(folder)) {
      return files.filter(it -> it.toString().endsWith(".java")).toList();
    }
  }

  static JavaClasses classes(String module) {
    Path compiled = root().resolve(module).resolve("target/classes");
    return new ClassFileImporter()
        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
        .importPath(compiled);
  }

  /** The root package of a module. */
  static String packageOf(String module) {
    return switch (module) {
      case "e2e-tests" -> "dev.keelson.e2e";
      default -> "dev.keelson." + module;
    };
  }
}
