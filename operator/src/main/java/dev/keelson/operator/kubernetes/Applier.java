package dev.keelson.operator.kubernetes;

import dev.keelson.operator.resources.Fingerprint;
import dev.keelson.operator.resources.Labels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Server-side apply, with two promises: an object that is as it should be is not written, and an
 * object of somebody else is not taken over, not even one that was made a moment ago.
 *
 * <pre>
 *   there is none      apply without force: what appears meanwhile is a conflict, not taken over
 *   it is ours         apply with force and its uid: our fields are put right, and another object
 *                      that took the name meanwhile is a conflict
 * </pre>
 */
public final class Applier {
  /** Names the operator in managedFields; a new name would give up every field applied so far. */
  public static final String FIELD_MANAGER = "keelson-operator";

  private static final Logger log = LoggerFactory.getLogger(Applier.class);

  /** What was done with an object. */
  public enum Outcome {
    CREATED,
    CHANGED,
    UNTOUCHED
  }

  /** What was done, and how the object is now. */
  public record Applied(Outcome outcome, HasMetadata object) {}

  private final KubernetesClient client;
  private final Leadership leadership;

  public Applier(KubernetesClient client, Leadership leadership) {
    this.client = client;
    this.leadership = leadership;
  }

  /**
   * Makes the object so. {@code existing} must belong to the same cluster.
   *
   * @throws KubernetesClientException when the API server refuses or does not answer
   */
  public Applied apply(HasMetadata desired, @Nullable HasMetadata existing) {
    String fingerprint = Fingerprint.of(desired);
    desired.setMetadata(
        new ObjectMetaBuilder(desired.getMetadata())
            .addToAnnotations(Labels.APPLIED, fingerprint)
            .build());
    if (existing == null) {
      leadership.check();
      HasMetadata made = client.resource(desired).fieldManager(FIELD_MANAGER).serverSideApply();
      return new Applied(Outcome.CREATED, made);
    }
    if (isAsDesired(desired, existing, fingerprint)) {
      return new Applied(Outcome.UNTOUCHED, existing);
    }
    desired.getMetadata().setUid(existing.getMetadata().getUid());
    return new Applied(Outcome.CHANGED, force(desired));
  }

  /** Corrects a claim that a StatefulSet made. The correction names the claim's uid. */
  public Applied correct(PersistentVolumeClaim correction) {
    return new Applied(Outcome.CHANGED, force(correction));
  }

  /** Removes exactly this object, not one that took its name. */
  public void delete(HasMetadata existing) {
    leadership.check();
    try {
      client
          .resource(existing)
          .lockResourceVersion(existing.getMetadata().getResourceVersion())
          .delete();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw e;
      }
    }
  }

  private HasMetadata force(HasMetadata desired) {
    leadership.check();
    return client.resource(desired).fieldManager(FIELD_MANAGER).forceConflicts().serverSideApply();
  }

  private static boolean isAsDesired(
      HasMetadata desired, HasMetadata existing, String fingerprint) {
    String applied = existing.getMetadata().getAnnotations().get(Labels.APPLIED);
    if (!fingerprint.equals(applied)) {
      return false;
    }
    var drift = Drift.between(desired, existing);
    drift.ifPresent(
        path ->
            log.info(
                "{} {}: {} was changed by somebody else and is put right",
                desired.getKind(),
                desired.getMetadata().getName(),
                path));
    return drift.isEmpty();
  }
}
