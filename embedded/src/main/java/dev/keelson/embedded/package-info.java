/** The whole cluster in one JVM, with the classes of the real processes. */
@NullMarked
package dev.keelson.embedded;

import org.jspecify.annotations.NullMarked;
