package dev.keelson.core.schema;

/**
 * A column of a primary key.
 *
 * @param position of the column among the table's columns
 */
public record KeyColumn(Column column, int position, boolean descending) {}
