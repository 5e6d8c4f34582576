package dev.keelson.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** A data node that is to go because fewer were asked for; asking for it again keeps it. */
public record LeavingNode(
    @JsonPropertyDescription("Name of the node and of its pod.") String name,
    @JsonPropertyDescription("Checking, Draining, Verifying or Removing.") String step,
    @JsonPropertyDescription("Shards that still name it.") int shards,
    @JsonPropertyDescription("Since when step and shards are so, RFC 3339.") String since,
    @JsonPropertyDescription("A sentence for people.") String message) {}
