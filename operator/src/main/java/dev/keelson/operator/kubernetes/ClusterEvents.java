package dev.keelson.operator.kubernetes;

import dev.keelson.crds.v1alpha1.DatabaseCluster;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people what the operator did, in `kubectl describe`. An event that is lost harms nobody.
 */
public final class ClusterEvents {
  private static final Logger log = LoggerFactory.getLogger(ClusterEvents.class);
  private static final int LONGEST_NOTE = 1000;
  private static final DateTimeFormatter MICROSECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  /** Whether somebody should look. */
  public enum Severity {
    NORMAL("Normal"),
    WARNING("Warning");

    private final String word;

    Severity(String word) {
      this.word = word;
    }
  }

  private final KubernetesClient client;
  private final Clock clock;
  private final String instance;

  /**
   * @param instance names this process, for events tell who speaks
   */
  public ClusterEvents(KubernetesClient client, Clock clock, String instance) {
    this.client = client;
    this.clock = clock;
    this.instance = instance;
  }

  public void tell(
      DatabaseCluster cluster, Severity severity, String reason, String action, String note) {
    try {
      client.resource(event(cluster, severity, reason, action, note)).create();
    } catch (KubernetesClientException e) {
      log.warn(
          "event {} of {} was lost: {}", reason, cluster.getFullResourceName(), e.getMessage());
    }
  }

  private Event event(
      DatabaseCluster cluster, Severity severity, String reason, String action, String note) {
    Instant now = clock.instant();
    return new EventBuilder()
        .withNewMetadata()
        .withNamespace(cluster.getMetadata().getNamespace())
        .withGenerateName(cluster.getMetadata().getName() + "-")
        .endMetadata()
        .withEventTime(new MicroTime(MICROSECONDS.format(now)))
        .withType(severity.word)
        .withReason(reason)
        .withAction(action)
        .withNote(note.substring(0, Math.min(note.length(), LONGEST_NOTE)))
        .withReportingController("keelson.dev/operator")
        .withReportingInstance(instance)
        .withRegarding(reference(cluster))
        .build();
  }

  private static ObjectReference reference(DatabaseCluster cluster) {
    return new ObjectReferenceBuilder()
        .withApiVersion(cluster.getApiVersion())
        .withKind(cluster.getKind())
        .withNamespace(cluster.getMetadata().getNamespace())
        .withName(cluster.getMetadata().getName())
        .withUid(cluster.getMetadata().getUid())
        .build();
  }
}
