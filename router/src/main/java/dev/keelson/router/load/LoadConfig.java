package dev.keelson.router.load;

import dev.keelson.core.limit.ReplicatedLimits;
import java.time.Duration;

/**
 * How much a load holds, and how long it waits.
 *
 * @param commandRows rows in one command
 * @param commandBytes and their bytes
 * @param commandsPerShard commands to a shard without an answer
 * @param sessionWindow commands between the oldest without an answer and the newest; below what a
 *     shard remembers of a session
 * @param bufferedBytes rows that are read and not durable; no message is read beyond that
 * @param rowsAhead rows between the first that isn't durable and the last that was read
 * @param ackRows an answer is sent when so many more rows are durable
 * @param ackTime and at the latest after this while there is something to say
 * @param commandDeadline a load fails when a command isn't durable by then; longer than a failover
 */
public record LoadConfig(
    int commandRows,
    int commandBytes,
    int commandsPerShard,
    int sessionWindow,
    long bufferedBytes,
    int rowsAhead,
    int ackRows,
    Duration ackTime,
    Duration commandDeadline) {
  public static final LoadConfig DEFAULTS =
      new LoadConfig(
          1_000,
          512 << 10,
          256,
          ReplicatedLimits.UNANSWERED_PER_SESSION / 2,
          16L << 20,
          1 << 20,
          2_000,
          Duration.ofMillis(50),
          Duration.ofSeconds(30));
}
