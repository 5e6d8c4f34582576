/** Which replicas hold which hash range: the configuration that etcd keeps, as immutable values. */
@NullMarked
package dev.keelson.core.shard;

import org.jspecify.annotations.NullMarked;
