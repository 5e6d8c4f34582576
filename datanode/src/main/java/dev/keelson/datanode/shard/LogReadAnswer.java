package dev.keelson.datanode.shard;

import dev.keelson.core.replication.Input;
import dev.keelson.core.replication.LogReadRequest;
import dev.keelson.core.replication.Position;
import dev.keelson.datanode.journal.ReadResult;
import java.util.List;

/**
 * What the journal says to a leader. Each question is answered, lest the follower wait for ever.
 */
final class LogReadAnswer {
  private LogReadAnswer() {}

  static Input of(LogReadRequest request, ReadResult result) {
    return switch (result) {
      case ReadResult.Entries found ->
          new Input.LogRead(request.follower(), found.previous(), found.entries());
      case ReadResult.Absent absent when request.fromIndex() < absent.firstIndex() ->
          new Input.LogGone(request.follower());
      case ReadResult.Absent notDurableYet -> nothing(request);
      case ReadResult.Unreadable unreadable -> nothing(request);
    };
  }

  private static Input nothing(LogReadRequest request) {
    return new Input.LogRead(request.follower(), Position.ZERO, List.of());
  }
}
