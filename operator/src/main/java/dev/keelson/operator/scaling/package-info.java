/** Which data nodes may come and go, decided from what the database and Kubernetes say. Pure. */
@NullMarked
package dev.keelson.operator.scaling;

import org.jspecify.annotations.NullMarked;
