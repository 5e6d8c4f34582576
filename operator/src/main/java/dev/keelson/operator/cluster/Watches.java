package dev.keelson.operator.cluster;

import dev.keelson.crds.v1alpha1.DatabaseCluster;
import dev.keelson.operator.resources.Kind;
import dev.keelson.operator.resources.Labels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What wakes the reconciler. Watches select by label, so foreign objects cost no memory. */
final class Watches {
  private Watches() {}

  static List<EventSource<?, DatabaseCluster>> all(EventSourceContext<DatabaseCluster> context) {
    Stream<Class<? extends HasMetadata>> written = Arrays.stream(Kind.values()).map(Kind::type);
    return Stream.concat(written, Stream.of(Pod.class))
        .<EventSource<?, DatabaseCluster>>map(type -> watch(type, context))
        .toList();
  }

  private static <T extends HasMetadata> EventSource<T, DatabaseCluster> watch(
      Class<T> type, EventSourceContext<DatabaseCluster> context) {
    return new InformerEventSource<>(
        InformerEventSourceConfiguration.from(type, DatabaseCluster.class)
            .withLabelSelector(Labels.WATCHED)
            .withNamespacesInheritedFromController()
            .withSecondaryToPrimaryMapper(Watches::clusterOf)
            .build(),
        context);
  }

  private static Set<ResourceID> clusterOf(HasMetadata object) {
    return Optional.ofNullable(object.getMetadata().getLabels().get(Labels.CLUSTER))
        .map(name -> Set.of(new ResourceID(name, object.getMetadata().getNamespace())))
        .orElse(Set.of());
  }
}
