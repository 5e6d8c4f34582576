package dev.keelson.e2e.processes;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** gRPC calls whose messages are any bytes. */
final class RawCalls {
  private static final MethodDescriptor.Marshaller<byte[]> BYTES =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
          return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
          try {
            return stream.readAllBytes();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };

  private RawCalls() {}

  /** Methods of a router or a data node, unary and streaming. */
  static List<String> methods(boolean router) {
    return router
        ? List.of(
            "keelson.v1.Database/Put",
            "keelson.v1.Database/Scan",
            "keelson.v1.Database/BulkLoad",
            "keelson.v1.Database/Multiplex",
            "keelson.v1.Admin/DescribeCluster")
        : List.of(
            "keelson.internal.v1.Fragments/Execute",
            "keelson.internal.v1.Fragments/DescribeNode",
            "keelson.internal.v1.Replication/Exchange");
  }

  /** Bytes that are no message of Protocol Buffers: a field that is longer than all of them. */
  static byte[] garbage() {
    byte[] bytes = new byte[1_000];
    Arrays.fill(bytes, (byte) 0xff);
    return bytes;
  }

  /** More than a server reads. */
  static byte[] oversized() {
    return new byte[17 << 20];
  }

  /** Sends one message and tells the status of the end. */
  static String send(Channel channel, String method, byte[] message) {
    MethodDescriptor<byte[], byte[]> descriptor =
        MethodDescriptor.<byte[], byte[]>newBuilder(BYTES, BYTES)
            .setType(MethodType.SERVER_STREAMING)
            .setFullMethodName(method)
            .build();
    try {
      Iterator<byte[]> answers =
          ClientCalls.blockingServerStreamingCall(
              channel,
              descriptor,
              CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS),
              message);
      while (answers.hasNext()) {
        var unused = answers.next();
      }
      return "OK";
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode().name();
    }
  }
}
