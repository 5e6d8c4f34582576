package dev.keelson.core.schema;

/**
 * A column of a table.
 *
 * @param id names the column in stored rows; never used again within the table
 */
public record Column(int id, String name, ColumnType type, boolean notNull) {
  /** Column ids share a number with the type in stored rows. */
  static final int GREATEST_ID = 1 << 24;

  public Column {
    if (id < 1 || id > GREATEST_ID) {
      throw new IllegalArgumentException("column id must be 1 to " + GREATEST_ID + ": " + id);
    }
  }
}
