package dev.keelson.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** A condition as all of Kubernetes writes them (metav1.Condition). */
public record Condition(
    @JsonPropertyDescription("A name of ConditionType.") String type,
    @JsonPropertyDescription("True, False or Unknown.") String status,
    @JsonPropertyDescription("A name of ConditionReason.") String reason,
    @JsonPropertyDescription("A sentence for people.") String message,
    @JsonPropertyDescription("The generation of the resource that this condition speaks of.")
        long observedGeneration,
    @JsonPropertyDescription("When status last changed, RFC 3339.") String lastTransitionTime) {

  @JsonIgnore
  public boolean isTrue() {
    return status.equals("True");
  }
}
