/** The disk as the journal sees it, so that the same journal runs on files and in a simulation. */
@NullMarked
package dev.keelson.datanode.disk;

import org.jspecify.annotations.NullMarked;
