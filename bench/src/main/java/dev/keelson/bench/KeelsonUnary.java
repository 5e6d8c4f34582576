package dev.keelson.bench;

import com.google.protobuf.ByteString;
import dev.keelson.proto.v1.Cell;
import dev.keelson.proto.v1.DatabaseGrpc;
import dev.keelson.proto.v1.GetRequest;
import dev.keelson.proto.v1.OpenSessionRequest;
import dev.keelson.proto.v1.PutRequest;
import dev.keelson.proto.v1.Value;
import dev.keelson.proto.v1.WriteId;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keelson by unary gRPC calls, as any language would make them; writes are named, as a careful
 * client names them.
 */
final class KeelsonUnary implements Target {
  private final Channels channels;
  private final ByteString value;
  private final long session;
  private final AtomicLong sequence = new AtomicLong();

  KeelsonUnary(List<String> routers, int connections, byte[] value) {
    channels = new Channels(routers, connections);
    this.value = ByteString.copyFrom(value);
    session =
        DatabaseGrpc.newBlockingStub(channels.next())
            .openSession(OpenSessionRequest.getDefaultInstance())
            .getSession();
  }

  @Override
  public String name() {
    return "Keelson, unary gRPC";
  }

  @Override
  public void put(int key, Done done) {
    long number = sequence.incrementAndGet();
    PutRequest request =
        PutRequest.newBuilder()
            .setTable(KeelsonTable.NAME)
            .addCells(key(key))
            .addCells(
                Cell.newBuilder()
                    .setColumn("value")
                    .setValue(Value.newBuilder().setBytesValue(value)))
            .setWriteId(
                WriteId.newBuilder()
                    .setSession(session)
                    .setSequence(number)
                    // At most a thousand calls are in flight.
                    .setAnsweredBelow(Math.max(1, number - 1_000)))
            .build();
    DatabaseGrpc.newStub(channels.next())
        .put(request, new UnaryCall<>(done, answer -> answer.getVersion() > 0));
  }

  @Override
  public void get(int key, Done done) {
    GetRequest request =
        GetRequest.newBuilder().setTable(KeelsonTable.NAME).addKey(key(key)).build();
    DatabaseGrpc.newStub(channels.next())
        .get(request, new UnaryCall<>(done, answer -> answer.getFound()));
  }

  private static Cell key(int key) {
    return Cell.newBuilder()
        .setColumn("key")
        .setValue(Value.newBuilder().setStringValue(KeelsonTable.key(key)))
        .build();
  }

  @Override
  public void close() {
    channels.close();
  }
}
