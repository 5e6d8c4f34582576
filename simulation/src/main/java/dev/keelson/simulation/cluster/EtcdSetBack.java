package dev.keelson.simulation.cluster;

import dev.keelson.coordination.MetadataStore.Entry;
import dev.keelson.core.shard.Election;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.datanode.shard.MetadataShardRecords;
import dev.keelson.simulation.check.Coverage.Event;
import dev.keelson.simulation.world.SetBack;
import dev.keelson.simulation.world.SharedMetadata.Backup;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Sets the metadata store back, once, to what it was just before some term was claimed: those who
 * have not heard of the claim may then claim the same term again (R14). An operator adopts the
 * store in the end.
 */
public final class EtcdSetBack {
  private static final long OTHER_STORE = 78;

  private final Cluster cluster;
  private final SetBack kind;
  private final SplittableRandom random;
  private Backup last;
  private boolean planned;
  private boolean done;
  private boolean stopped;

  public EtcdSetBack(Cluster cluster, SetBack kind, long seed) {
    this.cluster = cluster;
    this.kind = kind;
    random = new SplittableRandom(seed);
    last = cluster.metadata().backup();
    if (kind != SetBack.NEVER) {
      cluster.metadata().observe(this::changed);
    }
  }

  private void changed(Entry entry) {
    Backup before = last;
    last = cluster.metadata().backup();
    Optional<NodeId> owner =
        MetadataShardRecords.parse(entry)
            .filter(it -> it.leader().isEmpty())
            .flatMap(ShardConfig::election)
            .map(Election::owner);
    if (owner.isPresent() && !planned && random.nextBoolean()) {
      planned = true;
      long lease = cluster.shape().leaseNanos();
      long after = random.nextLong(random.nextBoolean() ? lease : lease / 20);
      cluster.time().after(after, () -> setBack(before));
      if (random.nextBoolean()) {
        cluster.time().after(after, () -> isolate(owner.get(), 3 * lease));
      }
    }
  }

  /** So that it tells nobody of the term that it has claimed. */
  private void isolate(NodeId owner, long length) {
    for (NodeId other : cluster.nodes()) {
      if (!other.equals(owner) && !stopped) {
        cluster.cut(owner, other, true, 0);
        cluster.time().after(length, () -> cluster.mend(owner, other));
      }
    }
  }

  private void setBack(Backup before) {
    if (stopped) {
      return;
    }
    done = true;
    cluster.trace(() -> "the metadata store is set back to " + before.revision() + " " + kind);
    cluster.coverage().saw(Event.ETCD_SET_BACK);
    cluster.etcdRules().setBack();
    cluster.voterSets().setBack();
    if (kind == SetBack.WITH_ITS_ID) {
      cluster.metadata().restore(before, before.storeId());
    } else {
      cluster.metadata().restore(before, OTHER_STORE);
    }
  }

  /** All nodes are stopped, and start with the word that the store as it is now shall count. */
  public void adopt() {
    stopped = true;
    if (done) {
      cluster.trace(() -> "the metadata store is adopted");
      cluster.nodes().forEach(cluster::crash);
      cluster.nodes().forEach(it -> cluster.node(it).adoptEtcd());
      cluster.etcdRules().adopted();
      cluster.coverage().saw(Event.ETCD_ADOPTED);
    }
  }
}
