/** A cluster of real processes on loopback: what it survives, and what it refuses. */
@NullMarked
package dev.keelson.e2e.processes;

import org.jspecify.annotations.NullMarked;
