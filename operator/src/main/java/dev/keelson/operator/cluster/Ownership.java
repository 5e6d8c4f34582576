package dev.keelson.operator.cluster;

import dev.keelson.crds.v1alpha1.DatabaseCluster;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;

/** Whose an object is. Only the uid of its controller counts: names and labels can be anybody's. */
final class Ownership {
  private Ownership() {}

  static boolean isOwned(HasMetadata object, DatabaseCluster by) {
    return object.getMetadata().getOwnerReferences().stream()
        .filter(owner -> Boolean.TRUE.equals(owner.getController()))
        .map(OwnerReference::getUid)
        .anyMatch(by.getMetadata().getUid()::equals);
  }
}
