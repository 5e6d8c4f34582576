/** One stream per pair of data nodes: who calls whom, frames per turn, bounded queues, breaks. */
@NullMarked
package dev.keelson.datanode.peer;

import org.jspecify.annotations.NullMarked;
