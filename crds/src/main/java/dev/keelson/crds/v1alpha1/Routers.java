package dev.keelson.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.model.annotation.SpecReplicas;
import org.jspecify.annotations.Nullable;

/** The routers; `kubectl scale databasecluster` and autoscalers change their number. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Routers(
    @Default("2")
        @Min(1)
        @Max(100)
        @SpecReplicas
        @JsonPropertyDescription("How many; two or more so that one can be lost.")
        int replicas,
    @Default("false")
        @JsonPropertyDescription(
            "Whether a majority confirms each read that is not STALE, instead of trusting leases:"
                + " for machines that are suspended while they run, since their clocks stop then.")
        boolean quorumReads,
    @JsonPropertyDescription(
            "Processor and memory of each router. Default: 250m, and 768Mi as request and limit.")
        @Nullable ResourceRequirements resources) {}
