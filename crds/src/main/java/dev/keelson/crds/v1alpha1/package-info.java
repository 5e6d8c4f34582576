/** The Java model of the custom resources of group keelson.dev, version v1alpha1. */
@NullMarked
package dev.keelson.crds.v1alpha1;

import org.jspecify.annotations.NullMarked;
