package dev.keelson.client;

/** The types of columns, and the Java class that a value of each has in a {@link Row}. */
public enum ColumnType {
  /** {@link Boolean}. */
  BOOL,
  /** {@link Long}; smaller integers are widened. */
  INT64,
  /** {@link Double}; floats are widened. */
  DOUBLE,
  /** {@link String}. */
  STRING,
  /** {@code byte[]}. */
  BYTES,
  /** {@link java.util.UUID}. */
  UUID,
  /** {@link java.time.Instant}, in microseconds; what is finer is cut off. */
  TIMESTAMP,
  /** {@link java.time.LocalDate}. */
  DATE
}
