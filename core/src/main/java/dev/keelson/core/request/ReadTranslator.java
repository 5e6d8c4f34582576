package dev.keelson.core.request;

import com.google.protobuf.ByteString;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.key.KeyEncoder;
import dev.keelson.core.key.KeyRange;
import dev.keelson.core.key.RowKey;
import dev.keelson.core.limit.Limits;
import dev.keelson.core.schema.RowValues;
import dev.keelson.core.schema.TableSchema;
import dev.keelson.proto.v1.BatchGetKey;
import dev.keelson.proto.v1.BatchGetRequest;
import dev.keelson.proto.v1.Bound;
import dev.keelson.proto.v1.Cell;
import dev.keelson.proto.v1.GetRequest;
import dev.keelson.proto.v1.ScanRequest;
import dev.keelson.proto.v1.ScanTableRequest;
import java.util.ArrayList;
import java.util.List;

/** Turns requests to read rows into what shards are asked. Immutable. */
public final class ReadTranslator {
  private final Limits limits;

  public ReadTranslator(Limits limits) {
    this.limits = limits;
  }

  public ShardRead get(Tables tables, GetRequest request) {
    TableSchema schema = Requests.table(tables, request.getKeyspace(), request.getTable());
    ColumnSelection columns = ColumnSelection.of(schema, request.getColumnsList());
    return read(schema, request.getKeyList(), columns);
  }

  /** One for each key, in the order of the request. */
  public List<ShardRead> batchGet(Tables tables, BatchGetRequest request) {
    if (request.getKeysCount() > limits.batchRows()) {
      throw ErrorCode.BATCH_TOO_LARGE.because(
          "A batch asks for %d rows, but %d are allowed"
              .formatted(request.getKeysCount(), limits.batchRows()));
    }
    TableSchema schema = Requests.table(tables, request.getKeyspace(), request.getTable());
    ColumnSelection columns = ColumnSelection.of(schema, request.getColumnsList());
    List<ShardRead> reads = new ArrayList<>(request.getKeysCount());
    for (BatchGetKey key : request.getKeysList()) {
      reads.add(read(schema, key.getKeyList(), columns));
    }
    return reads;
  }

  /** The whole range of the request; its continuation is the caller's to apply. */
  public ShardScan scan(Tables tables, ScanRequest request) {
    TableSchema schema = Requests.table(tables, request.getKeyspace(), request.getTable());
    RowValues values = RowValues.of(schema, request.getPartitionList());
    Requests.checkOnlyPartition(values);
    KeyEncoder encoder = new KeyEncoder(schema, limits.keyBytes());
    KeyEncoder.Partition partition = encoder.partition(values);
    KeyRange range =
        new KeyRange(lower(encoder, partition, request), upper(encoder, partition, request));
    return new ShardScan(
        schema.keyspaceId(),
        partition.hash(),
        range,
        request.getReverse(),
        Requests.limit(request.getLimit()),
        ColumnSelection.of(schema, request.getColumnsList()));
  }

  /** The continuation is the caller's to apply: it names shards. */
  public TableScan scanTable(Tables tables, ScanTableRequest request) {
    TableSchema schema = Requests.table(tables, request.getKeyspace(), request.getTable());
    return new TableScan(
        schema.keyspaceId(),
        KeyEncoder.table(schema),
        Requests.limit(request.getLimit()),
        request.getCountOnly(),
        ColumnSelection.of(schema, request.getColumnsList()));
  }

  private ShardRead read(TableSchema schema, List<Cell> cells, ColumnSelection columns) {
    RowValues values = RowValues.of(schema, cells);
    Requests.checkOnlyKey(values);
    RowKey key = new KeyEncoder(schema, limits.keyBytes()).encode(values);
    return new ShardRead(schema.keyspaceId(), key.partitionHash(), key.bytes(), columns);
  }

  private static ByteString lower(
      KeyEncoder encoder, KeyEncoder.Partition partition, ScanRequest request) {
    Bound bound = request.getLower();
    checkBound(bound);
    ByteString prefix = encoder.prefix(partition, bound.getPrefixList());
    return bound.getExclusive() ? KeyRange.afterPrefix(prefix) : prefix;
  }

  private static ByteString upper(
      KeyEncoder encoder, KeyEncoder.Partition partition, ScanRequest request) {
    Bound bound = request.getUpper();
    checkBound(bound);
    ByteString prefix = encoder.prefix(partition, bound.getPrefixList());
    return bound.getExclusive() ? prefix : KeyRange.afterPrefix(prefix);
  }

  private static void checkBound(Bound bound) {
    if (bound.getExclusive() && bound.getPrefixCount() == 0) {
      throw ErrorCode.INVALID_REQUEST.because(
          "An exclusive bound needs a value for at least one clustering column");
    }
  }
}
