package dev.keelson.router;

import com.google.protobuf.ByteString;
import dev.keelson.core.command.CommandMachine;
import dev.keelson.core.command.Rows;
import dev.keelson.core.command.VersionedRow;
import dev.keelson.core.shard.HashRange;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.CommandResult;
import dev.keelson.proto.internal.v1.PageScanned;
import dev.keelson.proto.internal.v1.ReadRows;
import dev.keelson.proto.internal.v1.RowsRead;
import dev.keelson.proto.internal.v1.ScanPage;
import dev.keelson.proto.internal.v1.ScannedRow;
import dev.keelson.proto.internal.v1.StoredRow;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A shard whose replicas are always equal: the real state machine over rows in memory. */
final class FakeShard {
  final ShardId id;
  final HashRange range;
  final List<NodeId> voters;
  private final InMemoryRows rows = new InMemoryRows();
  private final CommandMachine machine;
  private long index;
  private long commandsApplied;
  @Nullable NodeId leader;
  long term = 1;

  FakeShard(ShardId id, HashRange range, List<NodeId> voters) {
    this.id = id;
    this.range = range;
    this.machine = new CommandMachine(range, rows);
    this.voters = voters;
    this.leader = voters.getFirst();
  }

  synchronized CommandResult apply(ByteString command) {
    commandsApplied++;
    return machine.apply(++index, command);
  }

  synchronized long index() {
    return index;
  }

  synchronized long commandsApplied() {
    return commandsApplied;
  }

  synchronized int rowCount() {
    return rows.byKey.size();
  }

  synchronized RowsRead read(ReadRows request) {
    RowsRead.Builder answer = RowsRead.newBuilder();
    for (ByteString key : request.getKeysList()) {
      StoredRow.Builder row = StoredRow.newBuilder();
      rows.row(key).ifPresent(it -> row.setFound(true).setVersion(it.version()).setRow(it.row()));
      answer.addRows(row);
    }
    return answer.build();
  }

  synchronized PageScanned scan(ScanPage request, int greatestPage) {
    NavigableMap<ByteString, VersionedRow> found =
        request.getUpper().isEmpty()
            ? rows.byKey.tailMap(request.getLower(), true)
            : rows.byKey.subMap(request.getLower(), true, request.getUpper(), false);
    if (request.getReverse()) {
      found = found.descendingMap();
    }
    int limit = Math.min(request.getLimit(), greatestPage);
    PageScanned.Builder page = PageScanned.newBuilder();
    int taken = 0;
    for (Map.Entry<ByteString, VersionedRow> row : found.entrySet()) {
      if (taken == limit) {
        return page.setMore(true).setRowCount(taken).build();
      }
      taken++;
      page.setLastKey(row.getKey());
      if (!request.getCountOnly()) {
        page.addRows(
            ScannedRow.newBuilder()
                .setKey(row.getKey())
                .setVersion(row.getValue().version())
                .setRow(row.getValue().row()));
      }
    }
    return page.setRowCount(taken).build();
  }

  private static final class InMemoryRows implements Rows {
    private final TreeMap<ByteString, VersionedRow> byKey =
        new TreeMap<>(ByteString.unsignedLexicographicalComparator());

    @Override
    public Optional<VersionedRow> row(ByteString key) {
      return Optional.ofNullable(byKey.get(key));
    }

    @Override
    public void put(ByteString key, long version, ByteString row) {
      byKey.put(key, new VersionedRow(version, row));
    }

    @Override
    public void delete(ByteString key) {
      byKey.remove(key);
    }
  }
}
