/** Whether a process lives and is ready, for people, Kubernetes and gRPC clients. */
@NullMarked
package dev.keelson.runtime.health;

import org.jspecify.annotations.NullMarked;
