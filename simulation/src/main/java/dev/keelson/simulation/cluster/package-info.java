/** The production classes in the simulated world: nodes, their faults, and clients. */
@NullMarked
package dev.keelson.simulation.cluster;

import org.jspecify.annotations.NullMarked;
