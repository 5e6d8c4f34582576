package dev.keelson.operator.scaling;

import dev.keelson.crds.v1alpha1.ConditionReason;

/**
 * Why no node may begin to go.
 *
 * @param waitsForSomebody whether time alone will not mend it
 */
public record Obstacle(ConditionReason reason, String sentence, boolean waitsForSomebody) {
  static Obstacle passing(String sentence) {
    return new Obstacle(ConditionReason.CHECKING_SCALE_IN, sentence, false);
  }
}
