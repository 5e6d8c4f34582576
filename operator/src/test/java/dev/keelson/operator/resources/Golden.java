package dev.keelson.operator.resources;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Compares objects with a file that people read; -Dkeelson.golden.write=true writes it instead. */
final class Golden {
  private static final boolean WRITE = Boolean.getBoolean("keelson.golden.write");

  private Golden() {}

  static void assertSame(String name, List<HasMetadata> objects) throws IOException {
    Path file = Path.of("src/test/resources/golden", name + ".yaml");
    String yaml = objects.stream().map(Serialization::asYaml).collect(Collectors.joining());
    if (WRITE) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, yaml);
    }
    assertThat(yaml)
        .as("%s: look at the difference, then write it anew with -Dkeelson.golden.write=true", file)
        .isEqualTo(Files.readString(file));
  }
}
