package dev.keelson.router.load;

/** Opens sessions; may block. */
@FunctionalInterface
public interface LoadSessions {
  long open() throws InterruptedException;
}
