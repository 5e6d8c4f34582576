/** What streams of frames need beside gRPC: the event loop as our loop, parsing without copies. */
@NullMarked
package dev.keelson.datanode.wire;

import org.jspecify.annotations.NullMarked;
