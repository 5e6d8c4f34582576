package dev.keelson.datanode.journal;

import dev.keelson.core.replication.Position;
import dev.keelson.core.replication.ReplicaState;

/**
 * A replica as the last force left it.
 *
 * @param last the end of the log; equal to the state's base when the log is empty
 */
public record DurableLog(ReplicaState state, Position last) {}
