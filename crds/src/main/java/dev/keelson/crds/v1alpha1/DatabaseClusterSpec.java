package dev.keelson.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the user wants. The API server fills in the defaults, so the operator sees them all. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "size(self.zones) > 0", message = "zones: name at least one zone")
@ValidationRule(
    value = "self.zones.all(z, self.zones.exists_one(other, other.name == z.name))",
    message = "zones: each zone may be named once; give it more nodes instead of naming it again")
@ValidationRule(
    value = "self.replicationFactor in [1, 3, 5, 7]",
    message =
        "replicationFactor: must be 1, 3, 5 or 7; an even number costs a copy more and survives no"
            + " further failure")
@ValidationRule(
    value = "self.replicationFactor <= self.zones.map(z, z.nodes).sum()",
    message =
        "replicationFactor: needs at least as many nodes in all zones together; add nodes or lower"
            + " it")
@ValidationRule(
    value = "oldSelf.zones.all(before, self.zones.exists(now, now.name == before.name))",
    message =
        "zones: removing a zone is not supported yet, because its replicas would be lost; keep it"
            + " with one node or more")
public record DatabaseClusterSpec(
    @Required
        @Size(max = 20)
        @JsonPropertyDescription(
            "Where data nodes run. Replicas of a shard are spread over the zones.")
        List<Zone> zones,
    @Default("3")
        @ValidationRule(
            value = "self == oldSelf",
            message =
                "replicationFactor: cannot be changed after creation yet; create another cluster"
                    + " and copy the data")
        @JsonPropertyDescription(
            "Copies of each row: 1, 3, 5 or 7. 3 survives the loss of one node or zone.")
        int replicationFactor,
    @Default("16")
        @Min(1)
        @Max(1024)
        @ValidationRule(
            value = "self == oldSelf",
            message =
                "shards: cannot be changed after creation yet; create another cluster and copy the"
                    + " data")
        @JsonPropertyDescription(
            "Into how many shards the default keyspace is cut; a few for each node and its growth.")
        int shards,
    @Default("{\"replicas\":2,\"quorumReads\":false}")
        @JsonPropertyDescription("The stateless processes that applications connect to.")
        Routers routers,
    @Required @JsonPropertyDescription("The volume of each data node.") Storage storage,
    @JsonPropertyDescription(
            "Processor and memory of each data node. Default: 500m, and 2Gi as request and limit.")
        @Nullable ResourceRequirements resources,
    @Size(max = 512)
        @JsonPropertyDescription(
            "The image of all processes. Default: the operator's default when the cluster was"
                + " created; it stays when the operator is upgraded.")
        @Nullable String image,
    @Default("IfNotPresent") @JsonPropertyDescription("When nodes pull the image.")
        ImagePullPolicy imagePullPolicy,
    @Default("{\"managed\":{\"members\":3,\"storage\":{\"size\":\"2Gi\"}}}")
        @JsonPropertyDescription(
            "Where configuration and membership are kept: an etcd that the operator runs"
                + " (`managed`) or one of yours (`endpoints`). Never rows.")
        Etcd etcd,
    @Default("{\"volumes\":\"Retain\"}")
        @JsonPropertyDescription("What happens when this resource is deleted.")
        Deletion deletion) {

  public DatabaseClusterSpec {
    zones = List.copyOf(zones);
  }

  /** How many data nodes all zones have together. */
  public int nodeCount() {
    return zones.stream().mapToInt(Zone::nodes).sum();
  }
}
