package dev.keelson.client;

import com.google.protobuf.ByteString;
import dev.keelson.proto.v1.Bound;
import dev.keelson.proto.v1.Cell;
import dev.keelson.proto.v1.ClusteringColumn;
import dev.keelson.proto.v1.Condition;
import dev.keelson.proto.v1.Error;
import dev.keelson.proto.v1.ErrorCategory;
import dev.keelson.proto.v1.GetRequest;
import dev.keelson.proto.v1.GetResponse;
import dev.keelson.proto.v1.Proof;
import dev.keelson.proto.v1.ReadOptions;
import dev.keelson.proto.v1.ScanRequest;
import dev.keelson.proto.v1.ScanResponse;
import dev.keelson.proto.v1.ScanTableRequest;
import dev.keelson.proto.v1.Served;
import dev.keelson.proto.v1.Table;
import dev.keelson.proto.v1.TableDefinition;
import dev.keelson.proto.v1.Tuple;
import dev.keelson.proto.v1.Value;
import dev.keelson.proto.v1.WriteId;
import dev.keelson.proto.v1.WriteOperation;
import dev.keelson.proto.v1.WriteResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Tables in memory behind any number of fake routers, with answers kept by write id. */
final class FakeDatabase {
  /** An expected failure. */
  static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final transient Error error;

    Refusal(Error error) {
      super(error.getMessage());
      this.error = error;
    }

    Error error() {
      return error;
    }
  }

  private static final class FakeTable {
    final Table table;
    final TreeMap<List<Value>, FakeRow> rows;

    FakeTable(Table table) {
      this.table = table;
      this.rows = new TreeMap<>(order(table.getDefinition()));
    }
  }

  private record FakeRow(long version, Map<String, Value> values) {}

  private static final Served SERVED =
      Served.newBuilder().setNode("fake-1").setShard(7).setTerm(3).setProof(Proof.LEASE).build();

  private final Map<String, FakeTable> tables = new TreeMap<>();
  private final Map<WriteId, WriteResponse> answered = new HashMap<>();
  private final Set<Long> sessions = new HashSet<>();
  private final List<Long> answeredBelow = new ArrayList<>();
  private final List<ReadOptions> readOptions = new ArrayList<>();
  private long lastSession;
  private boolean spread;
  private int answers;
  private long version;
  private long writesApplied;

  /** As if each answer were of a shard of its own, for those who want many. */
  synchronized void spreadAnswers() {
    spread = true;
  }

  private Served served() {
    int shard = spread ? ++answers : SERVED.getShard();
    return SERVED.toBuilder().setShard(shard).setIndex(version).build();
  }

  /** Of the reads of rows, in their order. */
  synchronized List<ReadOptions> readOptions() {
    return List.copyOf(readOptions);
  }

  static Error error(String code, ErrorCategory category, String message) {
    return Error.newBuilder().setCode(code).setCategory(category).setMessage(message).build();
  }

  private static Refusal refuse(String code, ErrorCategory category, String message) {
    return new Refusal(error(code, category, message));
  }

  synchronized long openSession() {
    sessions.add(++lastSession);
    return lastSession;
  }

  synchronized void forgetSessions() {
    sessions.clear();
  }

  synchronized long sessionsOpened() {
    return lastSession;
  }

  synchronized long writesApplied() {
    return writesApplied;
  }

  synchronized List<Long> answeredBelow() {
    return List.copyOf(answeredBelow);
  }

  synchronized Table create(TableDefinition definition, boolean ifNotExists) {
    FakeTable there = tables.get(definition.getName());
    if (there != null && !ifNotExists) {
      throw refuse(
          "TABLE_EXISTS", ErrorCategory.CONFLICT, "There is a table " + definition.getName() + ".");
    }
    if (there == null) {
      Table table = Table.newBuilder().setDefinition(definition).setId(tables.size() + 1).build();
      there = new FakeTable(table);
      tables.put(definition.getName(), there);
    }
    return there.table;
  }

  synchronized void drop(String name, boolean ifExists) {
    if (!ifExists) {
      table(name);
    }
    tables.remove(name);
  }

  synchronized List<Table> tables() {
    return tables.values().stream().map(it -> it.table).toList();
  }

  synchronized Table describe(String name) {
    return table(name).table;
  }

  private FakeTable table(String name) {
    FakeTable table = tables.get(name);
    if (table == null) {
      throw refuse(
          "TABLE_NOT_FOUND", ErrorCategory.USER, "There is no table " + name + ": create it.");
    }
    return table;
  }

  synchronized GetResponse get(GetRequest request) {
    FakeTable table = table(request.getTable());
    FakeRow row = table.rows.get(key(table, request.getKeyList()));
    readOptions.add(request.getOptions());
    GetResponse.Builder response = GetResponse.newBuilder().setServed(served());
    if (row == null) {
      return response.build();
    }
    response.setFound(true).setVersion(row.version);
    columns(table, request.getColumnsList())
        .forEach(it -> response.addCells(cell(it, row.values.getOrDefault(it, Values.NULL))));
    return response.build();
  }

  private static Cell cell(String column, Value value) {
    return Cell.newBuilder().setColumn(column).setValue(value).build();
  }

  synchronized WriteResponse write(List<WriteOperation> operations, WriteId writeId) {
    boolean named = writeId.getSession() != 0;
    if (named && !sessions.contains(writeId.getSession())) {
      throw refuse("SESSION_EXPIRED", ErrorCategory.CONFLICT, "Open a new session.");
    }
    WriteId name = writeId.toBuilder().clearAnsweredBelow().build();
    WriteResponse known = answered.get(name);
    if (named && known != null) {
      return known;
    }
    answeredBelow.add(writeId.getAnsweredBelow());
    int found = 0;
    for (WriteOperation operation : operations) {
      found += apply(operation);
    }
    writesApplied++;
    Served served = served().toBuilder().setProof(Proof.COMMITTED).build();
    WriteResponse response =
        WriteResponse.newBuilder()
            .setServed(served)
            .setVersion(version)
            .setRowsFound(found)
            .build();
    answered.put(name, response);
    return response;
  }

  private int apply(WriteOperation operation) {
    return switch (operation.getKindCase()) {
      case PUT -> put(operation.getPut().getTable(), operation.getPut().getCellsList());
      case INSERT -> insert(operation.getInsert().getTable(), operation.getInsert().getCellsList());
      case UPDATE -> {
        var update = operation.getUpdate();
        yield update(update.getTable(), update.getCellsList(), update.getCondition());
      }
      case DELETE -> {
        FakeTable table = table(operation.getDelete().getTable());
        List<Value> key = key(table, operation.getDelete().getKeyList());
        check(table.rows.get(key), operation.getDelete().getCondition());
        yield table.rows.remove(key) == null ? 0 : 1;
      }
      case KIND_NOT_SET -> throw refuse("INVALID_REQUEST", ErrorCategory.USER, "No operation.");
    };
  }

  synchronized int put(String name, List<Cell> cells) {
    FakeTable table = table(name);
    return table.rows.put(key(table, cells), new FakeRow(++version, values(cells))) == null ? 0 : 1;
  }

  private int insert(String name, List<Cell> cells) {
    FakeTable table = table(name);
    if (table.rows.containsKey(key(table, cells))) {
      throw refuse("ROW_EXISTS", ErrorCategory.CONFLICT, "There is such a row.");
    }
    return put(name, cells);
  }

  private int update(String name, List<Cell> cells, Condition condition) {
    FakeTable table = table(name);
    List<Value> key = key(table, cells);
    FakeRow row = table.rows.get(key);
    check(row, condition);
    if (row == null) {
      throw refuse("ROW_NOT_FOUND", ErrorCategory.CONFLICT, "There is no such row.");
    }
    Map<String, Value> merged = new HashMap<>(row.values);
    merged.putAll(values(cells));
    table.rows.put(key, new FakeRow(++version, merged));
    return 1;
  }

  private static void check(@Nullable FakeRow row, Condition condition) {
    boolean holds =
        switch (condition.getKindCase()) {
          case EXISTS -> condition.getExists() == (row != null);
          case VERSION -> condition.getVersion() == (row == null ? 0 : row.version);
          case EQUAL ->
              row != null
                  && condition.getEqual().getCellsList().stream()
                      .allMatch(
                          it ->
                              it.getValue()
                                  .equals(row.values.getOrDefault(it.getColumn(), Values.NULL)));
          case KIND_NOT_SET -> true;
        };
    if (!holds) {
      throw refuse("CONDITION_FAILED", ErrorCategory.CONFLICT, "The condition does not hold.");
    }
  }

  private static Map<String, Value> values(List<Cell> cells) {
    Map<String, Value> values = new HashMap<>();
    cells.forEach(it -> values.put(it.getColumn(), it.getValue()));
    return values;
  }

  private static List<Value> key(FakeTable table, List<Cell> cells) {
    Map<String, Value> values = values(cells);
    return keyColumns(table.table.getDefinition()).stream()
        .map(
            it -> {
              Value value = values.getOrDefault(it, Values.NULL);
              if (value.getKindCase() == Value.KindCase.KIND_NOT_SET) {
                throw refuse("NULL_IN_KEY", ErrorCategory.USER, "The key needs " + it + ".");
              }
              return value;
            })
        .toList();
  }

  private static List<String> keyColumns(TableDefinition definition) {
    List<String> key = new ArrayList<>(definition.getPartitionColumnsList());
    definition.getClusteringColumnsList().forEach(it -> key.add(it.getName()));
    return key;
  }

  private static List<String> columns(FakeTable table, List<String> asked) {
    return asked.isEmpty()
        ? table.table.getDefinition().getColumnsList().stream().map(it -> it.getName()).toList()
        : asked;
  }

  /** The rows of a scan in pages of two. */
  synchronized List<ScanResponse> scan(ScanRequest request) {
    FakeTable table = table(request.getTable());
    int width = table.table.getDefinition().getPartitionColumnsCount();
    List<Value> partition = request.getPartitionList().stream().map(Cell::getValue).toList();
    List<Map.Entry<List<Value>, FakeRow>> rows = new ArrayList<>();
    for (var entry : table.rows.entrySet()) {
      List<Value> clustering = entry.getKey().subList(width, entry.getKey().size());
      boolean above = !request.hasLower() || compare(table, clustering, request.getLower(), 1) >= 0;
      boolean below =
          !request.hasUpper() || compare(table, clustering, request.getUpper(), -1) <= 0;
      if (entry.getKey().subList(0, width).equals(partition) && above && below) {
        rows.add(entry);
      }
    }
    if (request.getReverse()) {
      java.util.Collections.reverse(rows);
    }
    return pages(
        table, rows, request.getColumnsList(), request.getLimit(), request.getContinuation());
  }

  synchronized List<ScanResponse> scanTable(ScanTableRequest request) {
    FakeTable table = table(request.getTable());
    List<ScanResponse> pages =
        pages(
            table,
            List.copyOf(table.rows.entrySet()),
            request.getColumnsList(),
            request.getLimit(),
            request.getContinuation());
    if (!request.getCountOnly()) {
      return pages;
    }
    return pages.stream()
        .map(
            it ->
                ScanResponse.newBuilder()
                    .setRowCount(it.getRowsCount())
                    .setContinuation(it.getContinuation())
                    .build())
        .toList();
  }

  private List<ScanResponse> pages(
      FakeTable table,
      List<Map.Entry<List<Value>, FakeRow>> rows,
      List<String> asked,
      long limit,
      ByteString continuation) {
    List<String> columns = columns(table, asked);
    int at = continuation.isEmpty() ? 0 : Integer.parseInt(continuation.toStringUtf8());
    int end = limit == 0 ? rows.size() : (int) Math.min(rows.size(), at + limit);
    List<ScanResponse> pages = new ArrayList<>();
    do {
      ScanResponse.Builder page = ScanResponse.newBuilder().setServed(served());
      if (pages.isEmpty()) {
        page.addAllColumns(columns);
      }
      for (int i = 0; i < 2 && at < end; i++, at++) {
        FakeRow row = rows.get(at).getValue();
        Tuple.Builder tuple = Tuple.newBuilder();
        columns.forEach(it -> tuple.addValues(row.values.getOrDefault(it, Values.NULL)));
        page.addRows(tuple).addVersions(row.version);
      }
      if (at < rows.size()) {
        page.setContinuation(ByteString.copyFromUtf8(Integer.toString(at)));
      }
      pages.add(page.build());
    } while (at < end);
    return pages;
  }

  private static int compare(FakeTable table, List<Value> clustering, Bound bound, int inside) {
    List<ClusteringColumn> columns = table.table.getDefinition().getClusteringColumnsList();
    for (int i = 0; i < bound.getPrefixCount(); i++) {
      int order = order(clustering.get(i), bound.getPrefix(i));
      if (order != 0) {
        return columns.get(i).getDescending() ? -order : order;
      }
    }
    return bound.getExclusive() ? -inside : 0;
  }

  private static Comparator<List<Value>> order(TableDefinition definition) {
    int width = definition.getPartitionColumnsCount();
    return (one, other) -> {
      for (int i = 0; i < one.size(); i++) {
        int order = order(one.get(i), other.get(i));
        if (order != 0) {
          boolean down = i >= width && definition.getClusteringColumns(i - width).getDescending();
          return down ? -order : order;
        }
      }
      return 0;
    };
  }

  private static int order(Value one, Value other) {
    return switch (one.getKindCase()) {
      case STRING_VALUE -> one.getStringValue().compareTo(other.getStringValue());
      case INT64_VALUE -> Long.compare(one.getInt64Value(), other.getInt64Value());
      case TIMESTAMP_MICROS -> Long.compare(one.getTimestampMicros(), other.getTimestampMicros());
      default -> one.toString().compareTo(other.toString());
    };
  }
}
