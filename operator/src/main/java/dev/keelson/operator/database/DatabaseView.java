package dev.keelson.operator.database;

/** Asks a database how it is. Answers within a few seconds, whatever happens; never throws. */
public interface DatabaseView {
  /**
   * @param endpoint host:port of the routers
   */
  DatabaseReport ask(String endpoint);
}
