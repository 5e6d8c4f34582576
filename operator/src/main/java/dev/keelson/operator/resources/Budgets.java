package dev.keelson.operator.resources;

import dev.keelson.crds.v1alpha1.ManagedEtcd;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.util.Optional;

/**
 * How many pods may be evicted at once: one of a kind, where losing one harms nobody. Where it
 * always harms (one copy, one router) there is no budget, for one that never allows anything only
 * blocks whoever drains the host.
 */
final class Budgets {
  private Budgets() {}

  static Optional<PodDisruptionBudget> of(Wish wish, Component component) {
    return canLoseOne(wish, component)
        ? Optional.of(oneAtATime(wish, component))
        : Optional.empty();
  }

  private static boolean canLoseOne(Wish wish, Component component) {
    return switch (component) {
      case DATA_NODE -> wish.spec().replicationFactor() >= 3;
      case ROUTER -> wish.spec().routers().replicas() >= 2;
      case ETCD -> wish.spec().etcd().managedByOperator().map(ManagedEtcd::members).orElse(0) >= 3;
    };
  }

  private static PodDisruptionBudget oneAtATime(Wish wish, Component component) {
    return new PodDisruptionBudgetBuilder()
        .withMetadata(
            Labels.metadata(wish, wish.names().budget(component), Labels.of(wish, component)))
        .withNewSpec()
        .withMaxUnavailable(new IntOrString(1))
        // A router that is not ready serves nobody; a data node may hold the last good replica.
        .withUnhealthyPodEvictionPolicy(
            component == Component.ROUTER ? "AlwaysAllow" : "IfHealthyBudget")
        .withNewSelector()
        .withMatchLabels(Labels.selector(wish, component))
        .endSelector()
        .endSpec()
        .build();
  }
}
