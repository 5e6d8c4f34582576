package dev.keelson.operator.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.List;

/**
 * What shall be.
 *
 * @param objects all objects, in the order in which they are applied
 * @param corrections claims that must change
 * @param removals objects that are there and shall not be: budgets only, nothing else is removed
 */
record Plan(
    List<HasMetadata> objects,
    List<PersistentVolumeClaim> corrections,
    List<HasMetadata> removals) {

  Plan {
    objects = List.copyOf(objects);
    corrections = List.copyOf(corrections);
    removals = List.copyOf(removals);
  }

  static Plan nothing() {
    return new Plan(List.of(), List.of(), List.of());
  }
}
