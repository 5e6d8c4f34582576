/** How processes talk: few event loops, and gRPC servers and channels with limits on everything. */
@NullMarked
package dev.keelson.runtime.net;

import org.jspecify.annotations.NullMarked;
