/** The Java client of Keelson: typed rows, sessions, retries and balancing over routers. */
@NullMarked
package dev.keelson.client;

import org.jspecify.annotations.NullMarked;
