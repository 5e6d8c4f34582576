package dev.keelson.runtime.health;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * What the parts of a process say of themselves. It lives until a part says that only a restart can
 * help, and is ready when all of its parts are. Losing a quorum or etcd is no reason for a restart.
 * Thread-safe.
 */
public final class Health {
  private final Map<String, String> whyNotReady = new LinkedHashMap<>();
  private final Map<String, String> whyNotAlive = new LinkedHashMap<>();
  private final List<Consumer<Boolean>> listeners = new ArrayList<>();

  /** Adds a part, which isn't ready yet. */
  public synchronized Part part(String name) {
    if (whyNotReady.putIfAbsent(name, "starting") != null) {
      throw new IllegalStateException("there is a part named " + name + " already");
    }
    tell();
    return new Part(name);
  }

  public synchronized boolean isAlive() {
    return whyNotAlive.isEmpty();
  }

  public synchronized boolean isReady() {
    return isAlive() && whyNotReady.values().stream().allMatch(String::isEmpty);
  }

  /** A line for each part. */
  public synchronized String report() {
    return whyNotReady.entrySet().stream()
        .map(part -> part.getKey() + ": " + state(part.getKey(), part.getValue()) + "\n")
        .collect(Collectors.joining());
  }

  private String state(String part, String notReady) {
    String dead = whyNotAlive.get(part);
    if (dead != null) {
      return "needs a restart: " + dead;
    }
    return notReady.isEmpty() ? "ready" : notReady;
  }

  /** Tells a listener whether the process is ready, now and on each change. */
  public synchronized void listen(Consumer<Boolean> listener) {
    listeners.add(listener);
    listener.accept(isReady());
  }

  private void tell() {
    boolean ready = isReady();
    listeners.forEach(listener -> listener.accept(ready));
  }

  /** A part of the process. */
  public final class Part {
    private final String name;

    private Part(String name) {
      this.name = name;
    }

    public void ready() {
      set(whyNotReady, "");
    }

    /**
     * @param why a few words that say what is missing
     */
    public void notReady(String why) {
      set(whyNotReady, why);
    }

    /** Only a restart of the process can help. */
    public void needsRestart(String why) {
      set(whyNotAlive, why);
    }

    private void set(Map<String, String> states, String state) {
      synchronized (Health.this) {
        boolean before = isReady();
        states.put(name, state);
        if (isReady() != before) {
          tell();
        }
      }
    }
  }
}
