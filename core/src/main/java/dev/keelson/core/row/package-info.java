/**
 * Rows as bytes that describe themselves: the columns that are not part of the primary key, by id.
 *
 * <pre>
 *   row    := 01 column*                    the format, then columns by growing id
 *   column := varint(id * 16 + tag) value   tag 0: NULL, in updates and conditions only
 * </pre>
 *
 * A column that is not there is NULL. Equal rows have equal bytes.
 */
@NullMarked
package dev.keelson.core.row;

import org.jspecify.annotations.NullMarked;
