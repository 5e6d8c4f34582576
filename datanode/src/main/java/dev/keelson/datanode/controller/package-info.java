/** The elected controller: makes the shards of keyspaces, and keeps leaders balanced. */
@NullMarked
package dev.keelson.datanode.controller;

import org.jspecify.annotations.NullMarked;
