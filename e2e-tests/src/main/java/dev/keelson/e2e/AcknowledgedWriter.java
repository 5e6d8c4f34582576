package dev.keelson.e2e;

import dev.keelson.client.KeelsonClient;
import dev.keelson.client.KeelsonException;
import dev.keelson.client.Lookup;
import dev.keelson.client.Row;
import dev.keelson.client.Table;
import dev.keelson.client.TableDefinition;
import dev.keelson.client.WriteResult;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Writes for some seconds, one row after the other over many partitions, and remembers which writes
 * were acknowledged; then reads all of those. The last line says what was found:
 *
 * <pre>RESULT acknowledged=4711 found=4711 lost=0 refused=2 blackout_ms=812</pre>
 *
 * The blackout is the longest time between two acknowledgements.
 */
public final class AcknowledgedWriter {
  private static final String TABLE =
      "e2e_writes (run STRING, number INT64, text STRING, PRIMARY KEY ((run, number)))";
  private static final Duration VERIFY_PATIENCE = Duration.ofMinutes(2);
  private static final Duration ONE_WRITE = Duration.ofSeconds(20);

  private final Table table;
  private final String run = UUID.randomUUID().toString();
  private final Map<Long, WriteResult> acknowledged = new TreeMap<>();
  private long refused;
  private Duration blackout = Duration.ZERO;

  private AcknowledgedWriter(Table table) {
    this.table = table;
  }

  /** Arguments: the router's host:port, and for how many seconds to write. */
  public static void main(String[] arguments) {
    if (arguments.length != 2) {
      System.err.println("usage: AcknowledgedWriter HOST:PORT SECONDS");
      System.exit(2);
    }
    Duration time = Duration.ofSeconds(Long.parseLong(arguments[1]));
    try (KeelsonClient client = KeelsonClient.connect(arguments[0])) {
      client.schema().createTableIfNotExists(TableDefinition.parse(TABLE));
      AcknowledgedWriter writer =
          new AcknowledgedWriter(client.table("e2e_writes").withTimeout(ONE_WRITE));
      writer.write(time);
      System.exit(writer.verify() ? 0 : 1);
    }
  }

  private void write(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    long last = System.nanoTime();
    for (long number = 0; System.nanoTime() < end; number++) {
      if (writeOne(number)) {
        long now = System.nanoTime();
        blackout = longer(blackout, Duration.ofNanos(now - last));
        last = now;
      }
      if (number == 100) {
        System.out.println("WRITING");
      }
    }
  }

  private boolean writeOne(long number) {
    try {
      acknowledged.put(number, table.put(row(number).with("text", "row " + number)));
      return true;
    } catch (KeelsonException e) {
      refused++;
      System.out.println("refused " + number + ": " + e.getMessage());
      return false;
    }
  }

  private boolean verify() {
    long found = acknowledged.keySet().stream().filter(this::isThere).count();
    long lost = acknowledged.size() - found;
    System.out.printf(
        "RESULT acknowledged=%d found=%d lost=%d refused=%d blackout_ms=%d%n",
        acknowledged.size(), found, lost, refused, blackout.toMillis());
    return lost == 0 && !acknowledged.isEmpty();
  }

  /** A read that fails says nothing about the row, so it is tried again, for a bounded time. */
  private boolean isThere(long number) {
    long end = System.nanoTime() + VERIFY_PATIENCE.toNanos();
    while (true) {
      try {
        return isWritten(number, table.lookup(row(number)));
      } catch (KeelsonException e) {
        if (System.nanoTime() > end) {
          throw e;
        }
      }
    }
  }

  private boolean isWritten(long number, Lookup answer) {
    boolean found =
        answer.row().filter(it -> it.string("text").equals("row " + number)).isPresent();
    if (!found) {
      System.out.println("LOST " + acknowledged.get(number) + ", now " + answer);
    }
    return found;
  }

  private Row row(long number) {
    return Row.of("run", run).with("number", number);
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
