package dev.keelson.crds.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratedDefinitionTest {
  /** Set by `make crds`: the test then writes the file instead of comparing it. */
  private static final boolean WRITE = Boolean.getBoolean("keelson.crds.write");

  @Test
  void the_chart_holds_the_definition_that_the_java_model_makes(@TempDir Path folder)
      throws IOException {
    Path inChart = Path.of("..", "helm", "keelson-operator", "crds", GeneratedDefinition.FILE_NAME);
    String generated = GeneratedDefinition.yaml(folder);
    if (WRITE) {
      Files.createDirectories(inChart.getParent());
      Files.writeString(inChart, generated);
    }
    assertThat(Files.readString(inChart))
        .as("the model has changed: run `make crds` and commit %s", inChart.normalize())
        .isEqualTo(generated);
  }
}
