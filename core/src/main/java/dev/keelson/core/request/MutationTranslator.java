package dev.keelson.core.request;

import com.google.protobuf.ByteString;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.key.KeyEncoder;
import dev.keelson.core.key.RowKey;
import dev.keelson.core.limit.Limits;
import dev.keelson.core.row.RowCodec;
import dev.keelson.core.schema.Column;
import dev.keelson.core.schema.RowValues;
import dev.keelson.core.schema.TableSchema;
import dev.keelson.proto.internal.v1.Mutation;
import dev.keelson.proto.internal.v1.StoredCondition;
import dev.keelson.proto.v1.Cell;
import dev.keelson.proto.v1.Condition;
import dev.keelson.proto.v1.DeleteRequest;
import dev.keelson.proto.v1.UpdateRequest;
import java.util.List;

/** Turns one operation on one row into a mutation. */
final class MutationTranslator {
  private final Limits limits;

  MutationTranslator(Limits limits) {
    this.limits = limits;
  }

  /** The whole row: PUT or INSERT. */
  RowMutation wholeRow(Mutation.Kind kind, RowValues values) {
    checkNotNull(values, false);
    return mutation(kind, values, checkRow(values, RowCodec.encode(values)));
  }

  RowMutation update(TableSchema schema, UpdateRequest request) {
    RowValues values = RowValues.of(schema, request.getCellsList());
    checkNotNull(values, true);
    if (!namesColumnToChange(values)) {
      throw ErrorCode.INVALID_REQUEST.because(
          "The update names no column to change besides the primary key");
    }
    ByteString columns = checkRow(values, RowCodec.encodeNamed(values));
    RowMutation mutation = mutation(Mutation.Kind.UPDATE, values, columns);
    return request.hasCondition()
        ? mutation.with(updateCondition(schema, request.getCondition()))
        : mutation;
  }

  RowMutation delete(TableSchema schema, DeleteRequest request) {
    RowValues values = RowValues.of(schema, request.getKeyList());
    Requests.checkOnlyKey(values);
    RowMutation mutation = mutation(Mutation.Kind.DELETE, values, ByteString.EMPTY);
    return request.hasCondition()
        ? mutation.with(condition(schema, request.getCondition()))
        : mutation;
  }

  private RowMutation mutation(Mutation.Kind kind, RowValues values, ByteString row) {
    TableSchema schema = values.schema();
    RowKey key = new KeyEncoder(schema, limits.keyBytes()).encode(values);
    return new RowMutation(
        schema.keyspaceId(),
        key,
        Mutation.newBuilder().setKind(kind).setKey(key.bytes()).setRow(row).build());
  }

  private StoredCondition updateCondition(TableSchema schema, Condition condition) {
    boolean asksForNoRow =
        (condition.getKindCase() == Condition.KindCase.EXISTS && !condition.getExists())
            || (condition.getKindCase() == Condition.KindCase.VERSION
                && condition.getVersion() == 0);
    if (asksForNoRow) {
      throw ErrorCode.INVALID_REQUEST.because(
          "An update changes a row that is there, so its condition cannot be that there is none;"
              + " use Insert");
    }
    return condition(schema, condition);
  }

  private StoredCondition condition(TableSchema schema, Condition condition) {
    return switch (condition.getKindCase()) {
      case EXISTS -> StoredCondition.newBuilder().setExists(condition.getExists()).build();
      case VERSION -> StoredCondition.newBuilder().setVersion(condition.getVersion()).build();
      case EQUAL -> equal(schema, condition.getEqual().getCellsList());
      case KIND_NOT_SET ->
          throw ErrorCode.INVALID_REQUEST.because(
              "The condition says neither exists nor equal nor" + " version");
    };
  }

  private StoredCondition equal(TableSchema schema, List<Cell> cells) {
    RowValues values = RowValues.of(schema, cells);
    for (int position = 0; position < schema.columns().size(); position++) {
      if (values.names(position) && schema.inKey(position)) {
        throw ErrorCode.INVALID_REQUEST.because(
            "Column %s is of the primary key, so a condition cannot compare it"
                .formatted(schema.column(position).name()));
      }
    }
    ByteString columns = checkRow(values, RowCodec.encodeNamed(values));
    return StoredCondition.newBuilder().setEqual(columns).build();
  }

  /** Columns that are not named keep their value in an update, and become NULL otherwise. */
  private static void checkNotNull(RowValues values, boolean onlyNamed) {
    TableSchema schema = values.schema();
    for (int position = 0; position < schema.columns().size(); position++) {
      Column column = schema.column(position);
      if (column.notNull()
          && !schema.inKey(position)
          && values.isNull(position)
          && (values.names(position) || !onlyNamed)) {
        throw ErrorCode.NOT_NULL_VIOLATION.because(
            "Column %s of table %s is NOT NULL, but has no value"
                .formatted(column.name(), schema.fullName()));
      }
    }
  }

  private static boolean namesColumnToChange(RowValues values) {
    TableSchema schema = values.schema();
    for (int position = 0; position < schema.columns().size(); position++) {
      if (values.names(position) && !schema.inKey(position)) {
        return true;
      }
    }
    return false;
  }

  private ByteString checkRow(RowValues values, ByteString row) {
    if (row.size() > limits.rowBytes()) {
      throw ErrorCode.ROW_TOO_LARGE.because(
          "A row of table %s has %d bytes, but %d are allowed"
              .formatted(values.schema().fullName(), row.size(), limits.rowBytes()));
    }
    return row;
  }
}
