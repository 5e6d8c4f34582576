package dev.keelson.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is. Written by the operator alone, as a whole. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DatabaseClusterStatus(
    @JsonPropertyDescription("The generation of the resource that this status speaks of.")
        long observedGeneration,
    @JsonPropertyDescription("The conditions in one word.") Phase phase,
    @JsonPropertyDescription("Where applications connect, host:port.") @Nullable String endpoint,
    @JsonPropertyDescription("The identity that the database gave itself; empty until reached.")
        @Nullable String clusterId,
    @JsonPropertyDescription(
            "The identity of the data, label keelson.dev/data of its volumes. A later cluster of the"
                + " same name takes them over when it is annotated keelson.dev/data with this.")
        @Nullable String data,
    @JsonPropertyDescription("The image that all processes run.") @Nullable String image,
    @JsonPropertyDescription("Data nodes as Kubernetes sees them.") @Nullable Replicas dataNodes,
    @JsonPropertyDescription("Routers as Kubernetes sees them.") @Nullable Replicas routers,
    @JsonPropertyDescription("Members of the managed etcd as Kubernetes sees them.")
        @Nullable Replicas etcd,
    @JsonPropertyDescription("Shards as the database sees them; absent while out of reach.")
        @Nullable ShardSummary shards,
    @JsonPropertyDescription("Data nodes as the database sees them; at most 200.")
        List<MemberStatus> members,
    @JsonPropertyDescription("Data nodes that are to go, and how far that is.")
        List<LeavingNode> leaving,
    @JsonPropertyDescription("Ready, Available, Reconciling and Stalled, as kstatus reads them.")
        List<Condition> conditions) {

  public DatabaseClusterStatus {
    members = members == null ? List.of() : List.copyOf(members);
    leaving = leaving == null ? List.of() : List.copyOf(leaving);
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }

  /** The condition of type {@code type}, if it was ever reported. */
  @JsonIgnore
  public Optional<Condition> condition(ConditionType type) {
    return conditions.stream().filter(c -> c.type().equals(type.word())).findFirst();
  }
}
