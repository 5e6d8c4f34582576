/** The whole cluster in one thread, on virtual time, from one seed. */
@NullMarked
package dev.keelson.simulation;

import org.jspecify.annotations.NullMarked;
