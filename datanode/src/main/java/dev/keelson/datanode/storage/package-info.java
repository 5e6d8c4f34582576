/**
 * Rows of a shard and their order, rebuilt from the journal at each start; the only importer of
 * Chronicle.
 */
@NullMarked
package dev.keelson.datanode.storage;

import org.jspecify.annotations.NullMarked;
