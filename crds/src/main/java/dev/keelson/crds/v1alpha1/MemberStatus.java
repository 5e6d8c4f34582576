package dev.keelson.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** A data node as the database sees it. Only what changes seldom: no counters. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MemberStatus(
    @JsonPropertyDescription("Name of the node and of its pod.") String name,
    @JsonPropertyDescription("Its zone.") String zone,
    @JsonPropertyDescription("Healthy, Degraded, Unreachable, Gone or Unknown.") String health,
    @JsonPropertyDescription("Why it is not healthy.") @Nullable String reason,
    @JsonPropertyDescription("Replicas of shards that it holds.") int replicas,
    @JsonPropertyDescription("Shards that it leads.") int leaders,
    @JsonPropertyDescription("Its version.") @Nullable String version) {

  /** The same member while nobody can tell how it is. */
  public MemberStatus unknown() {
    return new MemberStatus(name, zone, "Unknown", null, replicas, leaders, version);
  }
}
