package dev.keelson.router.node;

import dev.keelson.proto.internal.v1.FragmentsGrpc;
import dev.keelson.proto.internal.v1.NodeAnswerFrame;
import dev.keelson.proto.internal.v1.NodeCallFrame;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * One life of the stream to a node, from its start to its end. Tells its owner everything on the
 * owner's loop.
 */
final class NodeStream extends ClientCall.Listener<NodeAnswerFrame> {
  /** Frames that may arrive before the first is worked off; each one then asks for one more. */
  private static final int FRAMES_AHEAD = 4;

  private final ClientCall<NodeCallFrame, NodeAnswerFrame> call;
  private final EventLoop loop;
  private final Owner owner;

  interface Owner {
    /** The transport takes frames (again). */
    void ready(NodeStream stream);

    void received(NodeStream stream, NodeAnswerFrame frame);

    /** Over; nothing follows. */
    void ended(NodeStream stream, Status why);
  }

  NodeStream(Channel channel, LinkConfig config, EventLoop loop, Owner owner) {
    this.call =
        channel.newCall(
            FragmentsGrpc.getExecuteMethod(),
            CallOptions.DEFAULT.withOnReadyThreshold(config.readyBytes()));
    this.loop = loop;
    this.owner = owner;
  }

  /** The owner must know this stream already: it may end before this returns. */
  void start() {
    call.start(this, new Metadata());
    call.request(FRAMES_AHEAD);
  }

  boolean isReady() {
    return call.isReady();
  }

  void send(NodeCallFrame frame) {
    call.sendMessage(frame);
  }

  void cancel(String why, @Nullable Throwable cause) {
    call.cancel(why, cause);
  }

  @Override
  public void onReady() {
    onLoop(() -> owner.ready(this));
  }

  @Override
  public void onMessage(NodeAnswerFrame frame) {
    if (loop.inEventLoop()) {
      owner.received(this, frame);
      call.request(1);
    } else {
      loop.execute(
          () -> {
            owner.received(this, frame);
            call.request(1);
          });
    }
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    onLoop(() -> owner.ended(this, status));
  }

  private void onLoop(Runnable task) {
    if (loop.inEventLoop()) {
      task.run();
    } else {
      loop.execute(task);
    }
  }
}
