package dev.keelson.operator.cluster;

import dev.keelson.crds.v1alpha1.ConditionReason;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Set;

/** What a failed call to the API server means for a cluster. */
final class Refusals {
  /** Bad request, forbidden (rights or quota), invalid: the same call will fail again. */
  private static final Set<Integer> FOR_GOOD = Set.of(400, 403, 422);

  private static final int LONGEST = 500;

  private Refusals() {}

  static Finding finding(KubernetesClientException error) {
    String text = sentence(error);
    return FOR_GOOD.contains(error.getCode())
        ? Finding.waiting(ConditionReason.REFUSED_BY_API_SERVER, "Kubernetes refused: " + text)
        : Finding.passing(
            ConditionReason.API_SERVER_FAILED, "Kubernetes failed, trying again: " + text);
  }

  private static String sentence(KubernetesClientException error) {
    String text =
        error.getStatus() != null && error.getStatus().getMessage() != null
            ? error.getStatus().getMessage()
            : String.valueOf(error.getMessage());
    return text.substring(0, Math.min(text.length(), LONGEST));
  }
}
