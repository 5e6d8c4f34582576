/**
 * Builders of Kubernetes objects: pure functions of a cluster's wish, told as tables in the tests.
 */
@NullMarked
package dev.keelson.operator.resources;

import org.jspecify.annotations.NullMarked;
