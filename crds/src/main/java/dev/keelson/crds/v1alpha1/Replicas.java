package dev.keelson.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** How many pods of a kind there are. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Replicas(
    @JsonPropertyDescription("Pods asked for.") int desired,
    @JsonPropertyDescription("Pods that exist.") int current,
    @JsonPropertyDescription("Pods that are ready.") int ready,
    @JsonPropertyDescription("Ready of desired, for people.") String summary,
    @JsonPropertyDescription("Selects these pods.") @Nullable String selector) {

  public static Replicas of(int desired, int current, int ready, String selector) {
    return new Replicas(desired, current, ready, ready + "/" + desired, selector);
  }
}
