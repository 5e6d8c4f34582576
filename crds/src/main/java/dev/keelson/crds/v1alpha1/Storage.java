package dev.keelson.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** A volume. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "has(self.className) == has(oldSelf.className)",
    message =
        "className: the storage class of existing volumes cannot be changed; create another cluster"
            + " and copy the data")
public record Storage(
    @Required
        @Size(max = 32)
        @ValidationRule(
            value = "isQuantity(self) && quantity(self).compareTo(quantity('256Mi')) >= 0",
            message = "size: must be a quantity of at least 256Mi, for example 10Gi")
        @ValidationRule(
            value =
                "!isQuantity(self) || !isQuantity(oldSelf)"
                    + " || quantity(self).compareTo(quantity(oldSelf)) >= 0",
            message = "size: volumes can grow but not shrink; keep the size or make it larger")
        @JsonPropertyDescription(
            "Size of the volume, for example 10Gi. It can grow where the storage class allows it.")
        String size,
    @Size(max = 253)
        @ValidationRule(
            value = "self == oldSelf",
            message =
                "className: the storage class of existing volumes cannot be changed; create another"
                    + " cluster and copy the data")
        @JsonPropertyDescription("The storage class. Default: the default class of Kubernetes.")
        @Nullable String className) {}
