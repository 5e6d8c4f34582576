/** A data node put together: every part of it and the order in which they start and stop. */
@NullMarked
package dev.keelson.datanode;

import org.jspecify.annotations.NullMarked;
