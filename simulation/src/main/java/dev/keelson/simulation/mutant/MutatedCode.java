package dev.keelson.simulation.mutant;

import dev.keelson.simulation.mutant.Mutant.Edit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** The changed files of a mutant, compiled in memory against the classes as they were built. */
final class MutatedCode {
  private static final String SOURCES = "src/main/java/";

  private MutatedCode() {}

  /**
   * Compiled classes by name.
   *
   * @param root the folder of the project
   * @throws IllegalStateException when the mutant no longer fits the code
   */
  static Map<String, byte[]> compile(Path root, Mutant mutant) {
    Map<String, String> sources = new LinkedHashMap<>();
    mutant.edits().forEach(edit -> apply(root, mutant, edit, sources));
    List<Source> units = new ArrayList<>();
    sources.forEach((file, text) -> units.add(new Source(file, text)));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter complaints = new StringWriter();
    try (Classes classes = new Classes(compiler.getStandardFileManager(null, null, null))) {
      List<String> options = List.of("--release", "25", "-proc:none", "-nowarn", "-Xlint:none");
      boolean compiled = compiler.getTask(complaints, classes, null, options, null, units).call();
      if (!compiled) {
        throw new IllegalStateException("mutant '" + mutant + "' doesn't compile: " + complaints);
      }
      return classes.bytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void apply(Path root, Mutant mutant, Edit edit, Map<String, String> sources) {
    String text = sources.computeIfAbsent(edit.file(), it -> read(root, it));
    int at = text.indexOf(edit.oldText());
    if (at < 0 || text.indexOf(edit.oldText(), at + 1) >= 0) {
      throw new IllegalStateException(
          "mutant '%s' must be written anew: its old text is %s in %s:%n%s"
              .formatted(mutant, at < 0 ? "not" : "more than once", edit.file(), edit.oldText()));
    }
    String before = text.substring(0, at);
    sources.put(
        edit.file(), before + edit.newText() + text.substring(at + edit.oldText().length()));
  }

  private static String read(Path root, String file) {
    try {
      return Files.readString(root.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A changed file. */
  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String file, String text) {
      super(
          URI.create("mutant:///" + file.substring(file.indexOf(SOURCES) + SOURCES.length())),
          Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  /** Keeps what is compiled in memory. */
  private static final class Classes extends ForwardingJavaFileManager<JavaFileManager> {
    private final Map<String, ByteArrayOutputStream> compiled = new HashMap<>();

    Classes(JavaFileManager files) {
      super(files);
    }

    Map<String, byte[]> bytes() {
      Map<String, byte[]> bytes = new HashMap<>();
      compiled.forEach((name, content) -> bytes.put(name, content.toByteArray()));
      return bytes;
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
      ByteArrayOutputStream content = new ByteArrayOutputStream();
      compiled.put(name, content);
      return new SimpleJavaFileObject(URI.create("mutant:///" + name), kind) {
        @Override
        public OutputStream openOutputStream() {
          return content;
        }
      };
    }
  }
}
