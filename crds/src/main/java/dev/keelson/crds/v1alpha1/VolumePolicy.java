package dev.keelson.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What becomes of the volumes of a deleted cluster. */
public enum VolumePolicy {
  @JsonProperty("Retain")
  RETAIN,
  @JsonProperty("Delete")
  DELETE
}
