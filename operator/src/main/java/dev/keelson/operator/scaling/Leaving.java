package dev.keelson.operator.scaling;

/**
 * A node that is to go.
 *
 * @param shards how many still name it
 * @param sentence what it waits for
 */
public record Leaving(String node, Step step, int shards, String sentence) {}
