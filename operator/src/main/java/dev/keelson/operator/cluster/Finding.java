package dev.keelson.operator.cluster;

import dev.keelson.crds.v1alpha1.ConditionReason;

/**
 * One way in which a cluster is not as asked.
 *
 * @param waitsForSomebody whether time alone will not mend it
 */
record Finding(ConditionReason reason, String sentence, boolean waitsForSomebody) {

  static Finding passing(ConditionReason reason, String sentence) {
    return new Finding(reason, sentence, false);
  }

  static Finding waiting(ConditionReason reason, String sentence) {
    return new Finding(reason, sentence, true);
  }
}
