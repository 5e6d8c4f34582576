package dev.keelson.operator.resources;

import dev.keelson.crds.v1alpha1.Storage;
import dev.keelson.crds.v1alpha1.VolumePolicy;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The claims. StatefulSets make them and keep them; the operator only grows them, labels those that
 * nobody uses any more, and makes the DatabaseCluster their owner where they shall go with it. The
 * StatefulSet's own retention policy would lose the data when somebody deletes the StatefulSet
 * alone.
 */
public final class Volumes {
  private Volumes() {}

  /** The template of a StatefulSet: the one that is there, because it cannot be changed. */
  static PersistentVolumeClaim template(
      Wish wish, String statefulSet, Storage storage, Map<String, String> podLabels) {
    PersistentVolumeClaim existing = wish.claimTemplates().get(statefulSet);
    return existing != null ? asWritten(existing) : newTemplate(wish, storage, podLabels);
  }

  /** Without what the API server added, so that it reads as it did when it was first applied. */
  private static PersistentVolumeClaim asWritten(PersistentVolumeClaim template) {
    return new PersistentVolumeClaimBuilder()
        .withNewMetadata()
        .withName(template.getMetadata().getName())
        .withLabels(template.getMetadata().getLabels())
        .endMetadata()
        .withNewSpec()
        .withAccessModes(template.getSpec().getAccessModes())
        .withVolumeMode(template.getSpec().getVolumeMode())
        .withStorageClassName(template.getSpec().getStorageClassName())
        .withNewResources()
        .addToRequests("storage", requested(template))
        .endResources()
        .endSpec()
        .build();
  }

  private static PersistentVolumeClaim newTemplate(
      Wish wish, Storage storage, Map<String, String> podLabels) {
    return new PersistentVolumeClaimBuilder()
        .withNewMetadata()
        .withName(Names.DATA_VOLUME)
        .withLabels(Labels.ofVolume(wish, podLabels))
        .endMetadata()
        .withNewSpec()
        .withAccessModes("ReadWriteOnce")
        .withVolumeMode("Filesystem")
        .withStorageClassName(storage.className())
        .withNewResources()
        .addToRequests("storage", new Quantity(storage.size()))
        .endResources()
        .endSpec()
        .build();
  }

  /** Whose data it holds; empty when it was not made for a cluster. */
  public static String data(PersistentVolumeClaim claim) {
    return claim.getMetadata().getLabels().getOrDefault(Labels.DATA, "");
  }

  /** What to apply to a claim that is not as it should be; empty when it is. */
  public static Optional<PersistentVolumeClaim> correction(
      Wish wish, PersistentVolumeClaim existing) {
    if (isLargeEnough(wish, existing)
        && isOwnedAsAsked(wish, existing)
        && isQuarantined(existing) == isLeftOver(wish, existing)) {
      return Optional.empty();
    }
    return Optional.of(
        new PersistentVolumeClaimBuilder()
            .withNewMetadata()
            .withNamespace(existing.getMetadata().getNamespace())
            .withName(existing.getMetadata().getName())
            // Never makes a claim, and never touches another one that took the name meanwhile.
            .withUid(existing.getMetadata().getUid())
            .withLabels(isLeftOver(wish, existing) ? Map.of(Labels.QUARANTINED, "true") : Map.of())
            .withOwnerReferences(goesWithCluster(wish) ? List.of(claimOwner(wish)) : List.of())
            .endMetadata()
            .withNewSpec()
            .withNewResources()
            .addToRequests("storage", size(wish, existing))
            .endResources()
            .endSpec()
            .build());
  }

  private static boolean isQuarantined(PersistentVolumeClaim existing) {
    return existing.getMetadata().getLabels().containsKey(Labels.QUARANTINED);
  }

  /** No StatefulSet uses it any more. */
  private static boolean isLeftOver(Wish wish, PersistentVolumeClaim existing) {
    return !wish.names()
        .claims(wish.cluster(), wish::nodes)
        .contains(existing.getMetadata().getName());
  }

  private static boolean isLargeEnough(Wish wish, PersistentVolumeClaim existing) {
    return bytes(size(wish, existing)).compareTo(bytes(requested(existing))) <= 0;
  }

  /** The larger of what is and what is asked; but a claim without a volume cannot grow yet. */
  private static Quantity size(Wish wish, PersistentVolumeClaim existing) {
    boolean bound = existing.getStatus() != null && "Bound".equals(existing.getStatus().getPhase());
    Quantity requested = requested(existing);
    Quantity asked = asked(wish, existing);
    return bound && bytes(asked).compareTo(bytes(requested)) > 0 ? asked : requested;
  }

  private static boolean isOwnedAsAsked(Wish wish, PersistentVolumeClaim existing) {
    String uid = wish.cluster().getMetadata().getUid();
    boolean owned =
        existing.getMetadata().getOwnerReferences().stream()
            .map(OwnerReference::getUid)
            .anyMatch(uid::equals);
    return owned == goesWithCluster(wish);
  }

  private static boolean goesWithCluster(Wish wish) {
    return wish.spec().deletion().volumes() == VolumePolicy.DELETE;
  }

  /** Not a controller: the claim stays out of the way of the StatefulSet controller. */
  private static OwnerReference claimOwner(Wish wish) {
    OwnerReference owner = Labels.owner(wish);
    owner.setController(null);
    owner.setBlockOwnerDeletion(null);
    return owner;
  }

  private static Quantity asked(Wish wish, PersistentVolumeClaim existing) {
    boolean ofEtcd = Labels.isOf(existing, Component.ETCD);
    Storage data = wish.spec().storage();
    Storage storage =
        ofEtcd ? wish.spec().etcd().managedByOperator().map(m -> m.storage()).orElse(data) : data;
    return new Quantity(storage.size());
  }

  private static Quantity requested(PersistentVolumeClaim existing) {
    Quantity size = existing.getSpec().getResources().getRequests().get("storage");
    return size == null ? new Quantity("0") : size;
  }

  private static BigDecimal bytes(Quantity quantity) {
    return Quantity.getAmountInBytes(quantity);
  }
}
