package dev.keelson.datanode.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import java.io.IOException;
import java.io.InputStream;

/**
 * Parses a frame from one array that its byte fields then share: a payload is copied once on its
 * way from the socket to the journal. The array lives as long as any of its payloads does.
 */
public final class FrameMarshaller<T extends Message> implements MethodDescriptor.Marshaller<T> {
  private final MethodDescriptor.Marshaller<T> standard;
  private final T example;

  private FrameMarshaller(T example) {
    this.standard = ProtoUtils.marshaller(example);
    this.example = example;
  }

  /** The same method with frames that are parsed this way. */
  public static <A extends Message, B extends Message> MethodDescriptor<A, B> framed(
      MethodDescriptor<A, B> method, A request, B response) {
    return method.toBuilder(new FrameMarshaller<>(request), new FrameMarshaller<>(response))
        .setSampledToLocalTracing(false)
        .build();
  }

  @Override
  public InputStream stream(T value) {
    return standard.stream(value);
  }

  @Override
  public T parse(InputStream stream) {
    try {
      CodedInputStream input =
          UnsafeByteOperations.unsafeWrap(stream.readAllBytes()).newCodedInput();
      input.enableAliasing(true);
      return parse(input);
    } catch (InvalidProtocolBufferException e) {
      throw Status.INVALID_ARGUMENT
          .withDescription("not a frame of this protocol: " + e.getMessage())
          .withCause(e)
          .asRuntimeException();
    } catch (IOException e) {
      throw Status.UNAVAILABLE.withDescription("broken frame").withCause(e).asRuntimeException();
    }
  }

  @SuppressWarnings("unchecked")
  private T parse(CodedInputStream input) throws InvalidProtocolBufferException {
    T parsed = (T) example.getParserForType().parseFrom(input);
    try {
      input.checkLastTagWas(0);
    } catch (InvalidProtocolBufferException e) {
      throw e.setUnfinishedMessage(parsed);
    }
    return parsed;
  }
}
