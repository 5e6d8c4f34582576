/** Brings a request to the right replica of its shard, over failovers, until its deadline. */
@NullMarked
package dev.keelson.router.route;

import org.jspecify.annotations.NullMarked;
