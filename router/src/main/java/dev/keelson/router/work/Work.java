package dev.keelson.router.work;

/**
 * What may run beside the event loops, and how much of each kind at a time.
 *
 * @param administration calls that change or describe tables, keyspaces and the cluster
 * @param lookups of tables that this router doesn't know
 */
public record Work(
    VirtualThreads threads,
    VirtualThreads.Room scans,
    VirtualThreads.Room loads,
    VirtualThreads.Room administration,
    VirtualThreads.Room lookups)
    implements AutoCloseable {
  private static final int LOOKUPS = 16;

  public static Work of(int scans, int loads, int administration) {
    return new Work(
        new VirtualThreads(),
        new VirtualThreads.Room("scans", scans),
        new VirtualThreads.Room("loads", loads),
        new VirtualThreads.Room("administrative calls", administration),
        new VirtualThreads.Room("lookups of tables", LOOKUPS));
  }

  @Override
  public void close() {
    threads.close();
  }
}
