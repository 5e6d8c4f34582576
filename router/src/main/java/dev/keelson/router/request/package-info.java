/** Requests that one shard, or each of some shards, answers at once: reads by key, and writes. */
@NullMarked
package dev.keelson.router.request;

import org.jspecify.annotations.NullMarked;
