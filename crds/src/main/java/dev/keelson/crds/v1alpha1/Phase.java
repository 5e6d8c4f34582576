package dev.keelson.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The conditions in one word, for people. Programs read the conditions. */
public enum Phase {
  /** Some part is not there yet and never was. */
  @JsonProperty("Creating")
  CREATING,
  /** Everything is as asked. */
  @JsonProperty("Ready")
  READY,
  /** It serves, but something asked for is missing or being changed. */
  @JsonProperty("Degraded")
  DEGRADED,
  /** It was there and does not serve, or nobody can tell. */
  @JsonProperty("Unavailable")
  UNAVAILABLE,
  /** The operator waits for somebody to do what the condition Stalled says. */
  @JsonProperty("Stalled")
  STALLED
}
