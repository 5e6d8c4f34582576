package dev.keelson.datanode.journal;

import dev.keelson.core.replication.Position;
import dev.keelson.core.replication.ReplicaState;
import dev.keelson.core.shard.ShardId;

/**
 * A replica as the journal knew it at start. Its state is durable as given here: a replica found
 * damaged or doubtful has the flag in its state already (R13).
 *
 * @param last the end of the log; equal to the state's base when the log is empty
 * @param damaged something durable was found unreadable in this start: the log ends before it
 * @param doubtful the journal ended torn in this start, so that acknowledged entries may be missing
 */
public record RecoveredShard(
    ShardId shard, ReplicaState state, Position last, boolean damaged, boolean doubtful) {}
