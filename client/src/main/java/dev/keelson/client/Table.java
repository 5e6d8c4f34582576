package dev.keelson.client;

import dev.keelson.client.PointCalls.Admission;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A table. Each call waits for its answer, for at most the timeout, and throws {@link
 * KeelsonException}. Immutable and thread-safe.
 */
public final class Table {
  private final PointCalls calls;
  private final TableTarget target;
  private final AsyncTable waiting;

  Table(PointCalls calls, TableTarget target) {
    this.calls = calls;
    this.target = target;
    this.waiting = new AsyncTable(calls, target, Admission.WAIT);
  }

  /** The same table with another timeout for each call. */
  public Table withTimeout(Duration timeout) {
    return new Table(calls, target.withTimeout(timeout));
  }

  /** The same table with another consistency for reads. */
  public Table reading(Consistency consistency) {
    return new Table(calls, target.withConsistency(consistency));
  }

  /** The same table for a session beside the client's own. */
  public Table within(Session session) {
    return new Table(calls, target.within(session));
  }

  /** The same calls without waiting. */
  public AsyncTable async() {
    return new AsyncTable(calls, target, Admission.REFUSE);
  }

  /** Reads a row, or only some columns of it. */
  public Optional<Row> get(Row key, String... columns) {
    return lookup(key, columns).row();
  }

  /** As {@link #get}, with who served the answer. */
  public Lookup lookup(Row key, String... columns) {
    return calls.await(waiting.get(key, columns));
  }

  /** Reads many rows; the answers are in the order of the keys. */
  public List<Optional<Row>> getAll(List<Row> keys, String... columns) {
    return calls.await(waiting.getAll(keys, columns)).stream().map(Lookup::row).toList();
  }

  /** Writes the whole row; columns that are not named become NULL. */
  public WriteResult put(Row row) {
    return calls.await(waiting.put(row));
  }

  /** As {@link #put}, but fails with ROW_EXISTS when there is such a row. */
  public WriteResult insert(Row row) {
    return calls.await(waiting.insert(row));
  }

  /**
   * Changes the named columns; fails with ROW_NOT_FOUND when there is no such row.
   *
   * @param changes the primary key and the columns to change
   */
  public WriteResult update(Row changes) {
    return update(changes, Condition.none());
  }

  public WriteResult update(Row changes, Condition condition) {
    return calls.await(waiting.update(changes, condition));
  }

  /** Deletes a row; {@link WriteResult#rowsFound} says whether there was one. */
  public WriteResult delete(Row key) {
    return delete(key, Condition.none());
  }

  public WriteResult delete(Row key, Condition condition) {
    return calls.await(waiting.delete(key, condition));
  }

  /**
   * Rows of one partition in primary-key order.
   *
   * @param partition a value for each partition column
   */
  public Scan scan(Row partition) {
    return new Scan(calls.dispatcher(), target, partition);
  }

  /** Rows of all partitions; in primary-key order within a shard only. */
  public TableScan scanAll() {
    return new TableScan(calls.dispatcher(), target);
  }

  /**
   * Begins to write many rows, each as by {@link #put}.
   *
   * @param columns what {@link BulkLoad#add} gives values for, in that order
   */
  public BulkLoad load(String... columns) {
    return new BulkLoad(calls.dispatcher(), target, List.of(columns));
  }
}
