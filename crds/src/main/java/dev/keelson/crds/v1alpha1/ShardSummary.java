package dev.keelson.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** The shards of all keyspaces, counted. */
public record ShardSummary(
    @JsonPropertyDescription("Shards of all keyspaces.") int total,
    @JsonPropertyDescription("Shards with a leader; the others are not served now.") int led,
    @JsonPropertyDescription("Shards whose replicas all answer.") int complete) {}
