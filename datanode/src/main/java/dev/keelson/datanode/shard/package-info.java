/** The loop that owns the shards of an event loop: decisions by core, effects here. */
@NullMarked
package dev.keelson.datanode.shard;

import org.jspecify.annotations.NullMarked;
