package dev.keelson.datanode.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Callbacks that one force made due: one task per loop, however many they are. */
final class Completions {
  private record OfLoop(Executor loop, List<Runnable> callbacks) {}

  private final List<OfLoop> loops = new ArrayList<>();

  void add(Executor loop, Runnable callback) {
    for (OfLoop known : loops) {
      if (known.loop() == loop) {
        known.callbacks().add(callback);
        return;
      }
    }
    List<Runnable> callbacks = new ArrayList<>();
    callbacks.add(callback);
    loops.add(new OfLoop(loop, callbacks));
  }

  void run() {
    for (OfLoop due : loops) {
      try {
        due.loop().execute(() -> due.callbacks().forEach(Runnable::run));
      } catch (RejectedExecutionException closed) {
        // Nobody is waiting there any more.
      }
    }
    loops.clear();
  }
}
