package dev.keelson.client;

/** How many rows a scan may give. */
final class Limit {
  private Limit() {}

  static long checked(long rows) {
    if (rows <= 0) {
      throw new IllegalArgumentException("a limit must be positive, or be left out: " + rows);
    }
    return rows;
  }
}
