package dev.keelson.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** When nodes pull the image, in the words of Kubernetes. */
public enum ImagePullPolicy {
  @JsonProperty("Always")
  ALWAYS("Always"),
  @JsonProperty("IfNotPresent")
  IF_NOT_PRESENT("IfNotPresent"),
  @JsonProperty("Never")
  NEVER("Never");

  private final String word;

  ImagePullPolicy(String word) {
    this.word = word;
  }

  /** As Kubernetes writes it. */
  public String word() {
    return word;
  }
}
