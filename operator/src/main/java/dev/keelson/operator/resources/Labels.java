package dev.keelson.operator.resources;

import dev.keelson.crds.v1alpha1.DatabaseCluster;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.Map;
import java.util.TreeMap;

/** Labels and annotations: what the operator selects by and knows its own things by. */
public final class Labels {
  public static final String MANAGED_BY = "app.kubernetes.io/managed-by";
  public static final String OPERATOR = "keelson-operator";
  public static final String CLUSTER = "keelson.dev/cluster";
  public static final String ZONE = "keelson.dev/zone";

  /**
   * The identity of the data: label of every volume, and annotation of a DatabaseCluster that takes
   * over the volumes of an earlier one.
   */
  public static final String DATA = "keelson.dev/data";

  /**
   * Of a volume that no pod uses any more, because its node was sent away: kept until somebody
   * deletes it or asks for the node again.
   */
  public static final String QUARANTINED = "keelson.dev/quarantined";

  /** Annotation: hash of what the operator last applied. */
  public static final String APPLIED = "keelson.dev/applied";

  /** Annotation of pods: hash of their configuration, so that a change of it replaces them. */
  static final String CONFIG = "keelson.dev/config";

  static final String COMPONENT = "app.kubernetes.io/component";

  /** Selects everything that the operator watches besides DatabaseClusters. */
  public static final String WATCHED = MANAGED_BY + "=" + OPERATOR;

  private Labels() {}

  /** Labels of an object that belongs to the cluster as a whole. */
  static Map<String, String> common(Wish wish) {
    Map<String, String> labels = new TreeMap<>();
    labels.put("app.kubernetes.io/name", "keelson");
    labels.put("app.kubernetes.io/instance", wish.names().cluster());
    labels.put(MANAGED_BY, OPERATOR);
    labels.put(CLUSTER, wish.names().cluster());
    return labels;
  }

  static Map<String, String> of(Wish wish, Component component) {
    Map<String, String> labels = common(wish);
    labels.put(COMPONENT, component.word());
    return labels;
  }

  static Map<String, String> ofZone(Wish wish, String zone) {
    Map<String, String> labels = of(wish, Component.DATA_NODE);
    labels.put(ZONE, zone);
    return labels;
  }

  /** Labels of volumes, which outlive the cluster and must say whose data they hold. */
  static Map<String, String> ofVolume(Wish wish, Map<String, String> pods) {
    Map<String, String> labels = new TreeMap<>(pods);
    labels.put(DATA, wish.data());
    return labels;
  }

  /** Selectors cannot be changed, so they hold only what never changes. */
  static Map<String, String> selector(Wish wish, Component component) {
    Map<String, String> labels = new TreeMap<>();
    labels.put(CLUSTER, wish.names().cluster());
    labels.put(COMPONENT, component.word());
    return labels;
  }

  /** The same as kubectl and autoscalers take it. */
  public static String selectorText(DatabaseCluster cluster, Component component) {
    return CLUSTER
        + "="
        + cluster.getMetadata().getName()
        + ","
        + COMPONENT
        + "="
        + component.word();
  }

  public static boolean isOf(HasMetadata object, Component component) {
    return component.word().equals(object.getMetadata().getLabels().get(COMPONENT));
  }

  static Map<String, String> zoneSelector(Wish wish, String zone) {
    Map<String, String> labels = selector(wish, Component.DATA_NODE);
    labels.put(ZONE, zone);
    return labels;
  }

  static ObjectMeta metadata(Wish wish, String name, Map<String, String> labels) {
    return new ObjectMetaBuilder()
        .withNamespace(wish.names().namespace())
        .withName(name)
        .withLabels(labels)
        .withOwnerReferences(owner(wish))
        .build();
  }

  /** Kubernetes removes what has this owner when the owner is deleted. */
  static OwnerReference owner(Wish wish) {
    return new OwnerReferenceBuilder()
        .withApiVersion(wish.cluster().getApiVersion())
        .withKind(wish.cluster().getKind())
        .withName(wish.names().cluster())
        .withUid(wish.cluster().getMetadata().getUid())
        .withController(true)
        .withBlockOwnerDeletion(true)
        .build();
  }
}
