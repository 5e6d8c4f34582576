/** Breaks one rule of the code at a time and shows that simulated runs notice it. */
@NullMarked
package dev.keelson.simulation.mutant;

import org.jspecify.annotations.NullMarked;
