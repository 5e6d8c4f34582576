package dev.keelson.runtime.net;

import com.google.protobuf.MessageLite;
import dev.keelson.core.error.DatabaseException;
import dev.keelson.runtime.admission.Admission;
import io.grpc.Attributes;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Holds calls of one request against the {@link Admission} gate of their connection. Services with
 * a stream of requests ask the gate themselves, request by request; see {@link #gate}.
 */
final class AdmissionFilter extends ServerTransportFilter implements ServerInterceptor {
  private static final Attributes.Key<Admission.Gate> GATE =
      Attributes.Key.create("dev.keelson.admission");
  private static final io.grpc.Context.Key<Admission.Gate> CURRENT =
      io.grpc.Context.key("dev.keelson.admission");

  private final Admission admission;

  AdmissionFilter(Admission admission) {
    this.admission = admission;
  }

  static Optional<Admission.Gate> gate() {
    return Optional.ofNullable(CURRENT.get());
  }

  @Override
  public Attributes transportReady(Attributes attributes) {
    return attributes.toBuilder().set(GATE, admission.connect()).build();
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Admission.@Nullable Gate gate = call.getAttributes().get(GATE);
    if (gate == null) {
      return next.startCall(call, headers);
    }
    MethodType type = call.getMethodDescriptor().getType();
    if (type == MethodType.UNARY || type == MethodType.SERVER_STREAMING) {
      AdmittedCall<Q, A> admitted = new AdmittedCall<>(call);
      return new AdmittedListener<>(next.startCall(admitted, headers), admitted, gate);
    }
    return io.grpc.Contexts.interceptCall(
        io.grpc.Context.current().withValue(CURRENT, gate), call, headers, next);
  }

  /** Drops what the service answers after the filter has answered for it. */
  private static final class AdmittedCall<Q, A> extends SimpleForwardingServerCall<Q, A> {
    private boolean refused;

    AdmittedCall(ServerCall<Q, A> call) {
      super(call);
    }

    void refuse(StatusRuntimeException why) {
      refused = true;
      Metadata trailers = why.getTrailers();
      delegate().close(why.getStatus(), trailers == null ? new Metadata() : trailers);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      if (!refused) {
        super.close(status, trailers);
      }
    }
  }

  /** Enters with the request; leaves when the call is over, however it ends. */
  private static final class AdmittedListener<Q, A> extends SimpleForwardingServerCallListener<Q> {
    private final AdmittedCall<Q, A> call;
    private final Admission.Gate gate;
    private long size = -1;
    private boolean refused;

    AdmittedListener(
        ServerCall.Listener<Q> listener, AdmittedCall<Q, A> call, Admission.Gate gate) {
      super(listener);
      this.call = call;
      this.gate = gate;
    }

    @Override
    public void onMessage(Q message) {
      if (refused || size >= 0) {
        super.onMessage(message);
        return;
      }
      long bytes = message instanceof MessageLite request ? request.getSerializedSize() : 0;
      Optional<DatabaseException> refusal = gate.enter(bytes);
      if (refusal.isPresent()) {
        refused = true;
        call.refuse(ErrorStatus.toStatus(refusal.get()));
        return;
      }
      size = bytes;
      super.onMessage(message);
    }

    @Override
    public void onHalfClose() {
      if (!refused) {
        super.onHalfClose();
      }
    }

    @Override
    public void onComplete() {
      leave();
      super.onComplete();
    }

    @Override
    public void onCancel() {
      leave();
      super.onCancel();
    }

    private void leave() {
      if (size >= 0) {
        gate.leave(size);
        size = -1;
      }
    }
  }
}
