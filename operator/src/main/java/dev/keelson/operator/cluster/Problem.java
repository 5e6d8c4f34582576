package dev.keelson.operator.cluster;

import dev.keelson.crds.v1alpha1.ConditionReason;

/**
 * Why nothing can be done before somebody does something.
 *
 * @param sentence what is wrong and what to do about it
 */
record Problem(ConditionReason reason, String sentence) {}
