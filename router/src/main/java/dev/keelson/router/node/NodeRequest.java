package dev.keelson.router.node;

import com.google.protobuf.ByteString;
import dev.keelson.core.request.SessionTokens;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.NodeCall;
import dev.keelson.proto.internal.v1.ReadRows;
import dev.keelson.proto.internal.v1.ScanPage;

/** What is asked of one replica of a shard; the same value is sent again when it must be. */
public sealed interface NodeRequest {

  /** About how many bytes it takes on the wire, for limits. */
  int bytes();

  /** Whether sending it twice does no harm: reads, and writes that carry a (session, sequence). */
  boolean repeatable();

  /** Puts itself into a call to a shard, which is named already. */
  void fill(NodeCall.Builder call);

  /**
   * A serialized {@code Command}.
   *
   * @param named whether it carries its (session, sequence); only then may it be sent again when
   *     its outcome is unknown (R16)
   */
  record Write(ByteString command, boolean named) implements NodeRequest {
    @Override
    public int bytes() {
      return command.size();
    }

    @Override
    public boolean repeatable() {
      return named;
    }

    @Override
    public void fill(NodeCall.Builder call) {
      call.setCommand(command);
    }
  }

  /**
   * Rows by their keys.
   *
   * @param seen by the session
   */
  record Read(ReadRows rows, SessionTokens seen) implements NodeRequest {
    @Override
    public int bytes() {
      return rows.getSerializedSize();
    }

    @Override
    public boolean repeatable() {
      return true;
    }

    @Override
    public void fill(NodeCall.Builder call) {
      call.setRead(rows).setLeastIndex(leastIndex(seen, call));
    }
  }

  /**
   * One page of rows in key order.
   *
   * @param seen by the session
   */
  record Page(ScanPage page, SessionTokens seen) implements NodeRequest {
    @Override
    public int bytes() {
      return page.getSerializedSize();
    }

    @Override
    public boolean repeatable() {
      return true;
    }

    @Override
    public void fill(NodeCall.Builder call) {
      call.setScan(page).setLeastIndex(leastIndex(seen, call));
    }
  }

  private static long leastIndex(SessionTokens seen, NodeCall.Builder call) {
    return seen.leastIndex(new ShardId(call.getShard()));
  }
}
