package dev.keelson.core.row;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.keelson.core.schema.RowValues;
import dev.keelson.core.schema.TableSchema;
import dev.keelson.proto.v1.Value;

/** Encoded rows: making them, changing some columns of them, comparing some columns of them. */
public final class RowCodec {
  private RowCodec() {}

  /** The columns that are not in the key and not NULL: a row as it is stored. */
  public static ByteString encode(RowValues values) {
    return encode(values, false);
  }

  /** The columns that are named and not in the key, NULL too: an update, or what is to be equal. */
  public static ByteString encodeNamed(RowValues values) {
    return encode(values, true);
  }

  /** Checks bytes that are to be stored as a row. */
  public static void checkRow(ByteString row) throws MalformedRowException {
    RowCursor cursor = new RowCursor(row);
    while (cursor.next()) {
      if (cursor.isNull()) {
        throw new MalformedRowException("column " + cursor.columnId() + " is stored as NULL");
      }
    }
  }

  /** Checks bytes that name columns of which some may be NULL. */
  public static void checkNamed(ByteString columns) throws MalformedRowException {
    RowCursor cursor = new RowCursor(columns);
    boolean more = cursor.next();
    while (more) {
      more = cursor.next();
    }
  }

  /** The row with the columns of an update in the place of its own. */
  public static ByteString merge(ByteString row, ByteString update) throws MalformedRowException {
    byte[] merged = new byte[row.size() + update.size() - 1];
    merged[0] = RowFormat.VERSION;
    int size = 1;
    RowCursor old = new RowCursor(row);
    RowCursor change = new RowCursor(update);
    boolean hasOld = old.next();
    boolean hasChange = change.next();
    while (hasOld || hasChange) {
      if (hasOld && (!hasChange || old.columnId() < change.columnId())) {
        size = copyColumn(row, old, merged, size);
        hasOld = old.next();
        continue;
      }
      if (hasOld && old.columnId() == change.columnId()) {
        hasOld = old.next();
      }
      if (!change.isNull()) {
        size = copyColumn(update, change, merged, size);
      }
      hasChange = change.next();
    }
    return UnsafeByteOperations.unsafeWrap(merged, 0, size);
  }

  /** Whether the row has these values in these columns; NULL equals NULL. */
  public static boolean matches(ByteString row, ByteString columns) throws MalformedRowException {
    RowCursor actual = new RowCursor(row);
    RowCursor wanted = new RowCursor(columns);
    boolean hasActual = actual.next();
    while (wanted.next()) {
      while (hasActual && actual.columnId() < wanted.columnId()) {
        hasActual = actual.next();
      }
      boolean present = hasActual && actual.columnId() == wanted.columnId();
      if (present ? !actual.sameValue(wanted) : !wanted.isNull()) {
        return false;
      }
    }
    return true;
  }

  private static int copyColumn(ByteString row, RowCursor cursor, byte[] to, int at) {
    int length = cursor.columnEnd() - cursor.columnStart();
    row.copyTo(to, cursor.columnStart(), at, length);
    return at + length;
  }

  private static ByteString encode(RowValues values, boolean withNulls) {
    TableSchema schema = values.schema();
    int size = 1;
    for (int position = 0; position < schema.columns().size(); position++) {
      if (isWritten(values, position, withNulls)) {
        size += ColumnWriter.size(schema.column(position), values.value(position));
      }
    }
    if (size == 1) {
      return RowFormat.EMPTY_ROW;
    }
    byte[] bytes = new byte[size];
    bytes[0] = RowFormat.VERSION;
    int at = 1;
    for (int position = 0; position < schema.columns().size(); position++) {
      if (isWritten(values, position, withNulls)) {
        at = ColumnWriter.write(bytes, at, schema.column(position), values.value(position));
      }
    }
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  private static boolean isWritten(RowValues values, int position, boolean withNulls) {
    if (!values.names(position) || values.schema().inKey(position)) {
      return false;
    }
    return withNulls || values.value(position).getKindCase() != Value.KindCase.KIND_NOT_SET;
  }
}
