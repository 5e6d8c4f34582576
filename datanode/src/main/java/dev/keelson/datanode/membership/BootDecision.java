package dev.keelson.datanode.membership;

import dev.keelson.core.shard.NodeId;
import dev.keelson.proto.internal.v1.IdentityRecord;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Which start this is and on which disk, from what the directory says and what etcd says (R13).
 *
 * <pre>
 *   directory      etcd                        ⇒ boot            disk
 *   empty          –                           1                 new
 *   empty          boot n                      n + 1             new: the old one is lost
 *   boot m         –                           m + 1             as it is
 *   boot m         boot n ≤ m, same disk       m + 1             as it is
 *   boot m         boot n > m, same disk       n + 1             new: the disk was set back in time
 *   boot m         boot n ≥ m, another disk    n + 1             new: disks were swapped
 *   boot m         boot n < m, another disk    m + 1             as it is: etcd knows only of earlier starts
 * </pre>
 *
 * A disk that was set back while the node ran and put back before the next start has the boot
 * number that etcd expects; that one can't be told from a good one by its number.
 *
 * @param notice what is to be said loudly when the disk is a new one although the node is not
 */
record BootDecision(NodeIdentity next, Optional<String> notice) {
  static BootDecision decide(
      String cluster,
      NodeId node,
      Duration lease,
      Optional<NodeIdentity> local,
      Optional<IdentityRecord> etcd,
      Supplier<String> newDisk) {
    long localBoot = local.map(NodeIdentity::boot).orElse(0L);
    long etcdBoot = etcd.map(IdentityRecord::getBoot).orElse(0L);
    long boot = Math.max(localBoot, etcdBoot) + 1;
    Duration longest = local.map(NodeIdentity::longestLease).orElse(lease);
    Optional<String> lost = whyLost(node, local, etcd);
    String disk = local.map(NodeIdentity::disk).orElse("");
    return new BootDecision(
        new NodeIdentity(
            cluster,
            node,
            disk.isEmpty() || lost.isPresent() ? newDisk.get() : disk,
            boot,
            longest.compareTo(lease) > 0 ? longest : lease),
        lost);
  }

  private static Optional<String> whyLost(
      NodeId node, Optional<NodeIdentity> local, Optional<IdentityRecord> etcd) {
    if (etcd.isEmpty()) {
      return Optional.empty();
    }
    IdentityRecord known = etcd.get();
    if (local.isEmpty()) {
      return Optional.of(
          "node "
              + node
              + " had disk "
              + known.getDiskId()
              + " at its start "
              + known.getBoot()
              + " and comes with an empty one: the replicas that lay there are lost");
    }
    if (local.get().boot() > known.getBoot()) {
      // An etcd that was set back must not cost the node its disk (R14).
      return Optional.empty();
    }
    if (!local.get().disk().equals(known.getDiskId())) {
      return Optional.of(
          "node "
              + node
              + " comes with disk "
              + local.get().disk()
              + " but had disk "
              + known.getDiskId()
              + " at its start "
              + known.getBoot()
              + ": disks were swapped, so the replicas on this one do not count");
    }
    if (local.get().boot() < known.getBoot()) {
      return Optional.of(
          "the disk of node "
              + node
              + " knows of start "
              + local.get().boot()
              + " but etcd of start "
              + known.getBoot()
              + ": the disk was set back in time, so the replicas on it do not count");
    }
    return Optional.empty();
  }
}
