/** Small real programs that use the Java client. */
@NullMarked
package dev.keelson.examples;

import org.jspecify.annotations.NullMarked;
