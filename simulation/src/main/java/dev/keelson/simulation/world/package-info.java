/**
 * The world of a simulation: virtual time, a network and a metadata store that misbehave by chance.
 */
@NullMarked
package dev.keelson.simulation.world;

import org.jspecify.annotations.NullMarked;
