package dev.keelson.operator.cluster;

import dev.keelson.operator.resources.Component;
import dev.keelson.operator.resources.Labels;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Why pods are not there, in the words of whoever knows: the scheduler or the kubelet. */
final class PodTrouble {
  /** Waiting for these is how every pod begins. */
  private static final Set<String> NO_TROUBLE = Set.of("ContainerCreating", "PodInitializing");

  private static final int LONGEST = 200;

  private PodTrouble() {}

  /** The first pod of the component that says why it does not come up. */
  static Optional<String> first(List<Pod> pods, Component component) {
    return pods.stream()
        .filter(pod -> Labels.isOf(pod, component))
        .sorted(Comparator.comparing(pod -> pod.getMetadata().getName()))
        .flatMap(pod -> trouble(pod).map(t -> pod.getMetadata().getName() + ": " + t).stream())
        .findFirst()
        .map(text -> text.substring(0, Math.min(text.length(), LONGEST)));
  }

  private static Optional<String> trouble(Pod pod) {
    PodStatus status = pod.getStatus();
    return status == null ? Optional.empty() : unscheduled(status).or(() -> waiting(status));
  }

  private static Optional<String> unscheduled(PodStatus status) {
    return status.getConditions().stream()
        .filter(condition -> "PodScheduled".equals(condition.getType()))
        .filter(condition -> "False".equals(condition.getStatus()))
        .map(PodCondition::getMessage)
        .findFirst();
  }

  private static Optional<String> waiting(PodStatus status) {
    return status.getContainerStatuses().stream()
        .flatMap(container -> waiting(container).stream())
        .filter(state -> !NO_TROUBLE.contains(state.getReason()))
        .map(
            state ->
                state.getReason() + (state.getMessage() == null ? "" : ", " + state.getMessage()))
        .findFirst();
  }

  private static Optional<ContainerStateWaiting> waiting(ContainerStatus container) {
    return Optional.ofNullable(container.getState()).map(state -> state.getWaiting());
  }
}
