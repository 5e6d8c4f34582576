/** Programs that the scenarios run in pods, with the Java client. */
@NullMarked
package dev.keelson.e2e;

import org.jspecify.annotations.NullMarked;
