package dev.keelson.operator.apiserver;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Programs that hack/tools/install.sh builds in their pinned versions, if they are not there yet.
 */
public final class Tools {
  private static final long LONGEST_BUILD_MINUTES = 20;

  private final Path folder;

  private Tools(Path folder) {
    this.folder = folder;
  }

  public static Tools install(String... names) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of(root().resolve("hack/tools/install.sh").toString()));
    command.addAll(List.of(names));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(LONGEST_BUILD_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
      throw new IllegalStateException("hack/tools/install.sh could not install " + command);
    }
    return new Tools(Path.of(out.strip()));
  }

  public String path(String name) {
    return folder.resolve(name).toString();
  }

  /** The root of the repository, from wherever the tests run. */
  public static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("hack/tools/install.sh"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException("these tests must run inside the repository");
      }
    }
    return folder;
  }
}
