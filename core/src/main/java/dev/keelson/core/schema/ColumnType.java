package dev.keelson.core.schema;

import dev.keelson.proto.v1.Value;

/** The type of a column. Its number is stored in rows and never changes. */
public enum ColumnType {
  BOOL(1, Value.KindCase.BOOL_VALUE),
  INT64(2, Value.KindCase.INT64_VALUE),
  DOUBLE(3, Value.KindCase.DOUBLE_VALUE),
  /** Ordered by its UTF-8 bytes, which is the order of its code points. */
  STRING(4, Value.KindCase.STRING_VALUE),
  BYTES(5, Value.KindCase.BYTES_VALUE),
  /** 16 bytes, ordered as such. */
  UUID(6, Value.KindCase.UUID_VALUE),
  /** Microseconds since 1970-01-01T00:00:00Z. */
  TIMESTAMP(7, Value.KindCase.TIMESTAMP_MICROS),
  /** Days since 1970-01-01. */
  DATE(8, Value.KindCase.DATE_DAYS);

  private static final ColumnType[] BY_NUMBER = byNumber();

  private final int number;
  private final Value.KindCase kind;

  ColumnType(int number, Value.KindCase kind) {
    this.number = number;
    this.kind = kind;
  }

  /** As in {@code keelson.v1.ColumnType} and in stored rows. */
  public int number() {
    return number;
  }

  /** The kind of the values that columns of this type have. */
  public Value.KindCase kind() {
    return kind;
  }

  public dev.keelson.proto.v1.ColumnType toProto() {
    return dev.keelson.proto.v1.ColumnType.forNumber(number);
  }

  public static boolean isKnown(int number) {
    return number >= 1 && number < BY_NUMBER.length;
  }

  /** The type of a number that {@link #isKnown}. */
  public static ColumnType of(int number) {
    if (!isKnown(number)) {
      throw new IllegalArgumentException("no column type has the number " + number);
    }
    return BY_NUMBER[number];
  }

  /** The type that a value has, in words for messages. */
  public static String nameOf(Value value) {
    for (ColumnType type : values()) {
      if (type.kind == value.getKindCase()) {
        return type.name();
      }
    }
    return "NULL";
  }

  private static ColumnType[] byNumber() {
    ColumnType[] types = new ColumnType[values().length + 1];
    // Number 0 is no type; isKnown keeps everybody from it.
    types[0] = BOOL;
    for (ColumnType type : values()) {
      types[type.number] = type;
    }
    return types;
  }
}
