/** What a process counts, in the Prometheus format. */
@NullMarked
package dev.keelson.runtime.metrics;

import org.jspecify.annotations.NullMarked;
