/**
 * Primary keys as bytes whose unsigned order is the order of the rows, and the hash that picks the
 * shard.
 *
 * <pre>
 *   table id   partition columns   clustering columns   length of the partition columns
 *   4 bytes    ……………………………………   ………………………………………   2 bytes
 *              └── hashed ──────┘
 * </pre>
 *
 * The last two bytes never decide an order, because no key's columns are the beginning of
 * another's. They let anyone who has a key but not the table find its partition and hash.
 */
@NullMarked
package dev.keelson.core.key;

import org.jspecify.annotations.NullMarked;
