package dev.keelson.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** Data nodes that share a fate. */
public record Zone(
    @Required
        @Size(max = 63)
        @ValidationRule(
            value = "self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",
            message =
                "name: a zone's name is part of host names, so it may have only lower-case letters,"
                    + " digits and '-', and begins and ends with a letter or digit")
        @JsonPropertyDescription(
            "The value of the label topology.kubernetes.io/zone of the Kubernetes nodes to run on.")
        String name,
    @Required @Min(1) @Max(100) @JsonPropertyDescription("Data nodes in this zone.") int nodes) {}
