/** What must hold in every run, whatever the faults. */
@NullMarked
package dev.keelson.simulation.check;

import org.jspecify.annotations.NullMarked;
