package dev.keelson.operator.cluster;

import dev.keelson.crds.v1alpha1.DatabaseCluster;
import dev.keelson.operator.kubernetes.Applier;
import dev.keelson.operator.resources.ObjectKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Carries a plan out, step by step; what the API server refuses ends it, and the next try goes on.
 */
final class Carrying {
  /** What was written, and all objects as they are now. */
  record Result(List<Change> changes, Map<ObjectKey, HasMetadata> objects) {
    Result {
      changes = List.copyOf(changes);
      objects = Map.copyOf(objects);
    }
  }

  private final Applier applier;
  private final NodeActs acts;

  Carrying(Applier applier, NodeActs acts) {
    this.applier = applier;
    this.acts = acts;
  }

  /**
   * @param told learns of each change when it is made, for a later step may fail
   */
  Result carryOut(
      DatabaseCluster cluster, Plan plan, Observation observation, Consumer<Change> told) {
    acts.carryOut(cluster, plan.acts());
    List<Change> changes = new ArrayList<>();
    Consumer<Change> made = told.andThen(changes::add);
    Map<ObjectKey, HasMetadata> objects = new HashMap<>(observation.objects());
    for (HasMetadata desired : plan.objects()) {
      ObjectKey key = ObjectKey.of(desired);
      Applier.Applied applied = applier.apply(desired, objects.get(key));
      objects.put(key, applied.object());
      tell(made, key, applied.outcome());
    }
    for (PersistentVolumeClaim correction : plan.corrections()) {
      applier.correct(correction);
      made.accept(new Change(Change.Act.CORRECTED, ObjectKey.of(correction)));
    }
    for (HasMetadata removal : plan.removals()) {
      applier.delete(removal);
      objects.remove(ObjectKey.of(removal));
      made.accept(new Change(Change.Act.REMOVED, ObjectKey.of(removal)));
    }
    return new Result(changes, objects);
  }

  private static void tell(Consumer<Change> made, ObjectKey key, Applier.Outcome outcome) {
    switch (outcome) {
      case CREATED -> made.accept(new Change(Change.Act.CREATED, key));
      case CHANGED -> made.accept(new Change(Change.Act.CHANGED, key));
      case UNTOUCHED -> {}
    }
  }
}
