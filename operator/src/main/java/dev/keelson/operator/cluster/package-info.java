/**
 * The reconciler: observe, validate, plan, apply, report; all but the first and fourth are pure.
 */
@NullMarked
package dev.keelson.operator.cluster;

import org.jspecify.annotations.NullMarked;
