package dev.keelson.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Exactly one of the two. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "has(self.managed) != has(self.endpoints)",
    message =
        "etcd: set either managed (the operator runs etcd) or endpoints (you run it), not both and"
            + " not none")
@ValidationRule(
    value = "has(self.managed) == has(oldSelf.managed)",
    message =
        "etcd: a cluster cannot move between managed and endpoints, because its configuration stays"
            + " in the old etcd")
public record Etcd(
    @JsonPropertyDescription("An etcd that the operator runs, for this cluster alone.")
        @Nullable ManagedEtcd managed,
    @Size(max = 15)
        @ValidationRule(
            value =
                "size(self) > 0 && self.all(e, size(e) <= 300 &&"
                    + " e.matches('^http://[^/:,\\\\s]+:[0-9]{1,5}$'))",
            message =
                "endpoints: give one or more like http://etcd-0.example:2379, with a port and without"
                    + " a path; https is not supported yet")
        @JsonPropertyDescription("Client URLs of an etcd of yours, version 3.6 or newer.")
        @Nullable List<@Size(max = 300) String> endpoints) {

  @JsonIgnore
  public Optional<ManagedEtcd> managedByOperator() {
    return Optional.ofNullable(managed);
  }
}
