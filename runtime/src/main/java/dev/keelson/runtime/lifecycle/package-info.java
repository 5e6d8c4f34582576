/** How a process starts, stops and dies: in order, in bounded time, with a telling exit code. */
@NullMarked
package dev.keelson.runtime.lifecycle;

import org.jspecify.annotations.NullMarked;
