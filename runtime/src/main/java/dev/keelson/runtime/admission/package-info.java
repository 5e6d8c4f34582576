/** Limits of what is in flight, so that no client can fill a process's memory. */
@NullMarked
package dev.keelson.runtime.admission;

import org.jspecify.annotations.NullMarked;
