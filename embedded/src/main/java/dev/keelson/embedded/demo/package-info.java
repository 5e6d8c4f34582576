/** {@code make demo}: a cluster with real data that loses a leader while somebody writes. */
@NullMarked
package dev.keelson.embedded.demo;

import org.jspecify.annotations.NullMarked;
