package dev.keelson.datanode.snapshot;

import dev.keelson.core.replication.Position;
import dev.keelson.core.shard.ShardId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The state of a shard at a place of its log. Two snapshots of one id say the same, though perhaps
 * not in the same bytes.
 */
public record SnapshotId(ShardId shard, Position at) {
  private static final Pattern NAME =
      Pattern.compile("shard-(\\d{1,9})-(\\d{1,18})-(\\d{1,18})-([0-9a-f]{8})\\.snapshot");

  /** Of the file when it is whole. */
  String fileName() {
    return "shard-%d-%d-%d-%08x.snapshot"
        .formatted(shard.number(), at.term(), at.index(), at.checksum());
  }

  /** Of the file while it is being written. */
  String partName() {
    return fileName() + SnapshotFiles.PART;
  }

  /** Empty for any other file. */
  static Optional<SnapshotId> ofFileName(String name) {
    Matcher parts = NAME.matcher(name);
    if (!parts.matches()) {
      return Optional.empty();
    }
    Position at =
        new Position(
            Long.parseLong(parts.group(2)),
            Long.parseLong(parts.group(3)),
            Integer.parseUnsignedInt(parts.group(4), 16));
    return Optional.of(new SnapshotId(new ShardId(Integer.parseInt(parts.group(1))), at));
  }
}
