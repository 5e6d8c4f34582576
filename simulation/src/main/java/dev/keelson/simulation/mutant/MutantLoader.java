package dev.keelson.simulation.mutant;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/**
 * Our classes once more, those of a mutant among them; libraries and generated messages are those
 * of the parent.
 */
final class MutantLoader extends ClassLoader {
  private static final String OURS = "dev.keelson.";
  private static final String MESSAGES = "dev.keelson.proto.";

  private final Map<String, byte[]> mutated;

  MutantLoader(Map<String, byte[]> mutated) {
    super(MutantLoader.class.getClassLoader());
    this.mutated = mutated;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(OURS) || name.startsWith(MESSAGES)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> known = findLoadedClass(name);
      return known != null ? known : define(name);
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    byte[] bytes = mutated.containsKey(name) ? mutated.get(name) : built(name);
    return defineClass(name, bytes, 0, bytes.length);
  }

  private byte[] built(String name) throws ClassNotFoundException {
    try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }
}
