package dev.keelson.datanode.membership;

import dev.keelson.coordination.MetadataStore;

/**
 * This node as a member of its cluster: the outcome of {@link ClusterJoin}.
 *
 * @param later for what may block, after a while
 * @param store to be used instead of the one that was joined with: it watches over etcd
 */
public record Membership(
    NodeIdentity identity,
    DataDirectory directory,
    EtcdGuard guard,
    EtcdGuard.Later later,
    MetadataStore store) {}
