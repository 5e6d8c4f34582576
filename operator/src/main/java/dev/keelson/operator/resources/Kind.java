package dev.keelson.operator.resources;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.Arrays;

/** The kinds of objects that the operator writes. */
public enum Kind {
  SERVICE_ACCOUNT("ServiceAccount", ServiceAccount.class),
  CONFIG_MAP("ConfigMap", ConfigMap.class),
  SERVICE("Service", Service.class),
  STATEFUL_SET("StatefulSet", StatefulSet.class),
  DEPLOYMENT("Deployment", Deployment.class),
  BUDGET("PodDisruptionBudget", PodDisruptionBudget.class),
  CLAIM("PersistentVolumeClaim", PersistentVolumeClaim.class);

  private final String word;
  private final Class<? extends HasMetadata> type;

  Kind(String word, Class<? extends HasMetadata> type) {
    this.word = word;
    this.type = type;
  }

  public String word() {
    return word;
  }

  public Class<? extends HasMetadata> type() {
    return type;
  }

  public static Kind of(HasMetadata object) {
    return Arrays.stream(values())
        .filter(kind -> kind.type.isInstance(object))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("the operator writes no " + object.getKind()));
  }
}
