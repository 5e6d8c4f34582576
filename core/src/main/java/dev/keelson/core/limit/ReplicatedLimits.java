package dev.keelson.core.limit;

/**
 * Limits that decide what a log entry does. All replicas must agree on them for ever, so they are
 * part of the format and no configuration: another value needs another kind of command.
 */
public final class ReplicatedLimits {
  /** The greatest encoded row; an update that would make a row greater is refused. */
  public static final int ROW_BYTES = 1 << 20;

  /** The greatest encoded key. */
  public static final int KEY_BYTES = 4 << 10;

  /** The greatest command. */
  public static final int COMMAND_BYTES = 8 << 20;

  /** The most mutations of a command. */
  public static final int MUTATIONS = 4_096;

  /** Sessions that a shard remembers; beyond it the least recently used one is forgotten. */
  public static final int SESSIONS = 8_192;

  /** Answers that a shard keeps for a session until the client acknowledges them. */
  public static final int UNANSWERED_PER_SESSION = 1_024;

  /** Answers that a shard keeps for all its sessions. */
  public static final int UNANSWERED = 131_072;

  private ReplicatedLimits() {}
}
