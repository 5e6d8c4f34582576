package dev.keelson.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;

/** What happens when the resource is deleted. Pods and Services always go. */
public record Deletion(
    @Default("Retain")
        @JsonPropertyDescription(
            "Retain keeps the volumes, so that nothing is lost by mistake; Delete removes them with"
                + " the resource.")
        VolumePolicy volumes) {}
