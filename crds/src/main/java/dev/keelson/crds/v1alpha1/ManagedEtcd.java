package dev.keelson.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import org.jspecify.annotations.Nullable;

/** An etcd that the operator runs. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ManagedEtcd(
    @Default("3")
        @ValidationRule(
            value = "self in [1, 3, 5]",
            message = "members: must be 1, 3 or 5; 3 survives the loss of one member")
        @ValidationRule(
            value = "self == oldSelf",
            message = "members: cannot be changed after creation yet")
        @JsonPropertyDescription("Members of etcd: 1, 3 or 5.")
        int members,
    @Default("{\"size\":\"2Gi\"}") @JsonPropertyDescription("The volume of each member.")
        Storage storage,
    @JsonPropertyDescription(
            "Processor and memory of each member. Default: 100m, and 512Mi as request and limit.")
        @Nullable ResourceRequirements resources) {}
