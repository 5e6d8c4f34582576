package dev.keelson.bench;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * etcd by unary gRPC calls, over the same kind of connections. Requests are written field by field
 * (key = 1, value = 2 of etcd's PutRequest; key = 1 of RangeRequest), so that no client library of
 * etcd's stands between.
 */
final class EtcdUnary implements Target {
  private static final MethodDescriptor<byte[], byte[]> PUT = method("Put");
  private static final MethodDescriptor<byte[], byte[]> RANGE = method("Range");

  private final Channels channels;
  private final byte[] value;

  EtcdUnary(List<String> members, int connections, byte[] value) {
    channels = new Channels(members, connections);
    this.value = value.clone();
  }

  @Override
  public String name() {
    return "etcd 3.6, unary gRPC";
  }

  @Override
  public void put(int key, Done done) {
    call(PUT, message(key(key), value), done, 1);
  }

  @Override
  public void get(int key, Done done) {
    call(RANGE, message(key(key), new byte[0]), done, value.length);
  }

  private void call(MethodDescriptor<byte[], byte[]> method, byte[] request, Done done, int least) {
    ClientCalls.asyncUnaryCall(
        channels.next().newCall(method, CallOptions.DEFAULT),
        request,
        new UnaryCall<>(done, answer -> answer.length >= least));
  }

  private static byte[] key(int number) {
    return ByteString.copyFromUtf8(KeelsonTable.key(number)).toByteArray();
  }

  private static byte[] message(byte[] key, byte[] value) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      out.writeByteArray(1, key);
      if (value.length > 0) {
        out.writeByteArray(2, value);
      }
      out.flush();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MethodDescriptor<byte[], byte[]> method(String name) {
    return MethodDescriptor.<byte[], byte[]>newBuilder(new Bytes(), new Bytes())
        .setType(MethodDescriptor.MethodType.UNARY)
        .setFullMethodName("etcdserverpb.KV/" + name)
        .build();
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] message) {
      return new ByteArrayInputStream(message);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void close() {
    channels.close();
  }
}
