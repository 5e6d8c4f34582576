package dev.keelson.router.load;

import com.google.protobuf.ByteString;
import dev.keelson.proto.v1.WriteId;
import java.util.List;

/**
 * Rows of one partition that are being written together.
 *
 * @param key of the partition
 */
record LoadCommand(
    ByteString key, PartitionRows partition, WriteId id, List<PartitionRows.Row> rows) {

  long bytes() {
    return rows.stream().mapToLong(row -> row.mutation().bytes()).sum();
  }
}
