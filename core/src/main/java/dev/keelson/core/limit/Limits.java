package dev.keelson.core.limit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a process refuses to exceed. Sizes are in bytes.
 *
 * @param keyBytes the encoded primary key of a row
 * @param rowBytes the encoded columns of a row, without the key
 * @param batchRows operations of a WriteBatch, keys of a BatchGet
 * @param batchBytes encoded keys and rows of a write
 * @param columns columns of a table
 * @param keyColumns columns of a primary key
 * @param tables tables of the cluster
 * @param keyspaces keyspaces of the cluster
 * @param shardsPerKeyspace shards that a keyspace may be cut into
 * @param messageBytes one gRPC message
 * @param answerBytes rows in one answer
 * @param pageRows rows in one page of a scan
 * @param pageBytes rows in one page of a scan
 * @param inFlightPerConnection requests of a connection that are not answered yet
 * @param inFlightBytesPerConnection their bytes
 * @param inFlightPerProcess requests of a process that are not answered yet
 * @param inFlightBytesPerProcess their bytes
 * @param defaultDeadline for a request that names none
 * @param greatestDeadline a request that names a longer one gets this one
 */
public record Limits(
    int keyBytes,
    int rowBytes,
    int batchRows,
    int batchBytes,
    int columns,
    int keyColumns,
    int tables,
    int keyspaces,
    int shardsPerKeyspace,
    int messageBytes,
    int answerBytes,
    int pageRows,
    int pageBytes,
    int inFlightPerConnection,
    int inFlightBytesPerConnection,
    int inFlightPerProcess,
    int inFlightBytesPerProcess,
    Duration defaultDeadline,
    Duration greatestDeadline) {

  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;

  public static final Limits DEFAULTS =
      new Limits(
          4 * KIB,
          MIB,
          1_000,
          4 * MIB,
          512,
          32,
          1_000,
          100,
          1_024,
          16 * MIB,
          8 * MIB,
          1_000,
          MIB,
          4_096,
          32 * MIB,
          65_536,
          256 * MIB,
          Duration.ofSeconds(10),
          Duration.ofHours(1));

  /** Checks that every limit is positive and that each larger thing has room for the smaller. */
  public Limits {
    Relations relations = new Relations();
    relations.atLeast("keyBytes", keyBytes, 64);
    relations.atLeast("columns", columns, 1);
    relations.atLeast("keyColumns", keyColumns, 1);
    relations.atLeast("batchRows", batchRows, 1);
    relations.atLeast("tables", tables, 1);
    relations.atLeast("keyspaces", keyspaces, 1);
    relations.atLeast("shardsPerKeyspace", shardsPerKeyspace, 1);
    relations.atLeast("rowBytes", rowBytes, 64);
    relations.atLeast("pageRows", pageRows, 1);
    relations.atLeast("inFlightPerConnection", inFlightPerConnection, 1);
    relations.fits("keyBytes", keyBytes, "the format's", ReplicatedLimits.KEY_BYTES);
    relations.fits("rowBytes", rowBytes, "the format's", ReplicatedLimits.ROW_BYTES);
    relations.fits("batchRows", batchRows, "the format's", ReplicatedLimits.MUTATIONS);
    // Behind keys and rows a command has a few bytes for each of them.
    relations.fits(
        "2 * batchBytes", 2L * batchBytes, "the format's", ReplicatedLimits.COMMAND_BYTES);
    relations.fits("keyColumns", keyColumns, "columns", columns);
    relations.fits("keyBytes + rowBytes", (long) keyBytes + rowBytes, "batchBytes", batchBytes);
    // Requests name each column of each row, so they are longer than what they become.
    relations.fits("2 * batchBytes", 2L * batchBytes, "messageBytes", messageBytes);
    relations.fits("keyBytes + rowBytes", (long) keyBytes + rowBytes, "answerBytes", answerBytes);
    relations.fits("answerBytes", answerBytes, "messageBytes", messageBytes);
    relations.fits("rowBytes", rowBytes, "pageBytes", pageBytes);
    relations.fits("pageBytes", pageBytes, "answerBytes", answerBytes);
    relations.fits(
        "messageBytes", messageBytes, "inFlightBytesPerConnection", inFlightBytesPerConnection);
    relations.fits(
        "inFlightPerConnection", inFlightPerConnection, "inFlightPerProcess", inFlightPerProcess);
    relations.fits(
        "inFlightBytesPerConnection",
        inFlightBytesPerConnection,
        "inFlightBytesPerProcess",
        inFlightBytesPerProcess);
    relations.atLeast("defaultDeadline (ms)", defaultDeadline.toMillis(), 1);
    relations.fits(
        "defaultDeadline (ms)",
        defaultDeadline.toMillis(),
        "greatestDeadline (ms)",
        greatestDeadline.toMillis());
    relations.check();
  }

  /** Gathers what is wrong, so that all of it is reported together. */
  private static final class Relations {
    private final List<String> broken = new ArrayList<>();

    void atLeast(String name, long value, long least) {
      if (value < least) {
        broken.add(name + " must be at least " + least + " but is " + value);
      }
    }

    void fits(String small, long smallValue, String large, long largeValue) {
      if (smallValue > largeValue) {
        broken.add(small + " (" + smallValue + ") must not exceed " + large + " " + largeValue);
      }
    }

    void check() {
      if (!broken.isEmpty()) {
        throw new IllegalArgumentException("limits: " + String.join("; ", broken));
      }
    }
  }
}
