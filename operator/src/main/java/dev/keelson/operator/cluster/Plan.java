package dev.keelson.operator.cluster;

import dev.keelson.operator.scaling.NodeAct;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.List;

/**
 * What shall be.
 *
 * @param objects all objects, in the order in which they are applied
 * @param corrections claims that must change
 * @param acts what the database is to be told of its nodes
 * @param removals objects that are there and shall not be: budgets only, nothing else is removed
 */
record Plan(
    List<HasMetadata> objects,
    List<NodeAct> acts,
    List<PersistentVolumeClaim> corrections,
    List<HasMetadata> removals) {

  Plan {
    objects = List.copyOf(objects);
    acts = List.copyOf(acts);
    corrections = List.copyOf(corrections);
    removals = List.copyOf(removals);
  }
}
