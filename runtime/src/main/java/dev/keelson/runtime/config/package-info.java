/**
 * What a process is told at its start: typed, checked, and refused as a whole with every error
 * named.
 */
@NullMarked
package dev.keelson.runtime.config;

import org.jspecify.annotations.NullMarked;
