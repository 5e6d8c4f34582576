package dev.keelson.datanode.journal;

/**
 * A journal at a glance, for metrics and health.
 *
 * @param full entries are refused for want of disk space
 * @param usableBytes free on the disk when it was last looked at
 * @param forces since start; with {@code writtenBytes} it shows how well groups fill
 */
public record JournalStatus(
    int segments,
    long segmentBytes,
    long usableBytes,
    boolean full,
    long queuedBytes,
    long forces,
    long writtenBytes) {}
