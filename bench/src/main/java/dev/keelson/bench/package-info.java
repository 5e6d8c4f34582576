/** Load boards: Keelson and its peers under the same load, in one run, on one machine. */
@NullMarked
package dev.keelson.bench;

import org.jspecify.annotations.NullMarked;
