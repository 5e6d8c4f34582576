/**
 * The one append-only log of a node, which makes what all its shards want to keep durable (R13,
 * R18).
 */
@NullMarked
package dev.keelson.datanode.journal;

import org.jspecify.annotations.NullMarked;
