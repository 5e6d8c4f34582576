/** What routers call: frames of calls in, frames of answers out; no logic of its own. */
@NullMarked
package dev.keelson.datanode.rpc;

import org.jspecify.annotations.NullMarked;
