/** Writing to Kubernetes: server-side apply that never takes over, matching, events. */
@NullMarked
package dev.keelson.operator.kubernetes;

import org.jspecify.annotations.NullMarked;
