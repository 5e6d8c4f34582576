/** Decides which nodes hold and lead which shards: a view of the cluster in, changes out. */
@NullMarked
package dev.keelson.core.placement;

import org.jspecify.annotations.NullMarked;
