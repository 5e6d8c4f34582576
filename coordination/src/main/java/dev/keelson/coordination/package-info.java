/**
 * Configuration and membership of a cluster: the store they lie in (etcd, or memory), and what
 * processes know of it.
 */
@NullMarked
package dev.keelson.coordination;

import org.jspecify.annotations.NullMarked;
