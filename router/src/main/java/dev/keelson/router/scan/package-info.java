/** Reads that page through many rows: of one partition, or of all shards at once. */
@NullMarked
package dev.keelson.router.scan;

import org.jspecify.annotations.NullMarked;
