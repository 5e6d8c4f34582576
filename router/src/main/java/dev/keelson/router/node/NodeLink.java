package dev.keelson.router.node;

import dev.keelson.core.shard.NodeId;
import dev.keelson.proto.internal.v1.NodeAnswer;
import dev.keelson.proto.internal.v1.NodeAnswerFrame;
import dev.keelson.proto.internal.v1.NodeCallFrame;
import dev.keelson.router.node.NodeReply.Failure;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.netty.channel.EventLoop;
import io.netty.util.collection.LongObjectHashMap;
import io.netty.util.collection.LongObjectMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to one data node: a single stream that carries the calls of all clients in frames. Calls
 * that arrive within one turn of the loop travel in one frame.
 *
 * <pre>
 *   WAITING ──attempt──► CONNECTING ──ready──► OPEN
 *      ▲                     │                   │
 *      └──── backoff ◄───────┴──── broken ◄──────┘        any ──close──► CLOSED
 * </pre>
 *
 * All state belongs to one event loop; {@link #send} may be called from any thread.
 */
public final class NodeLink implements NodeStream.Owner {
  private static final Logger log = LoggerFactory.getLogger(NodeLink.class);

  private enum State {
    /** Until the next attempt. */
    WAITING,
    /** A stream was started and isn't up yet. */
    CONNECTING,
    /** Frames go out. */
    OPEN,
    /** For good. */
    CLOSED
  }

  private final NodeId node;
  private final String address;
  private final String clusterId;
  private final ManagedChannel channel;
  private final EventLoop loop;
  private final LinkConfig config;
  private final LinkListener listener;

  private final LongObjectMap<InFlight> inFlight = new LongObjectHashMap<>();
  private final ArrayDeque<InFlight> unsent = new ArrayDeque<>();
  private long inFlightBytes;
  private int sentCalls;
  private long sentBytes;
  private long nextId = 1;
  private boolean flushScheduled;
  private boolean expiryScheduled;
  private int attempts;
  private @Nullable NodeStream stream;
  private volatile State state = State.WAITING;
  private volatile int waitingCalls;

  NodeLink(
      NodeId node,
      String address,
      String clusterId,
      ManagedChannel channel,
      EventLoop loop,
      LinkConfig config,
      LinkListener listener) {
    this.node = node;
    this.address = address;
    this.clusterId = clusterId;
    this.channel = channel;
    this.loop = loop;
    this.config = config;
    this.listener = listener;
  }

  public NodeId node() {
    return node;
  }

  String address() {
    return address;
  }

  /** For calls beside the stream. */
  public ManagedChannel channel() {
    return channel;
  }

  /** Whether frames can go out now. */
  public boolean isOpen() {
    return state == State.OPEN;
  }

  /** How many requests wait for an answer or to be sent. */
  public int waitingCalls() {
    return waitingCalls;
  }

  void open() {
    loop.execute(this::attempt);
  }

  /** Sends a request with this turn's frame; its ending is told on the link's loop. */
  public void send(int shard, NodeRequest request, long deadlineNanos, NodeReply reply) {
    if (loop.inEventLoop()) {
      take(shard, request, deadlineNanos, reply);
    } else {
      loop.execute(() -> take(shard, request, deadlineNanos, reply));
    }
  }

  /** Another node leads {@code shard} now: lets go of what its owners would rather ask there. */
  public void newLeaderElsewhere(int shard) {
    loop.execute(
        () -> {
          for (InFlight waiting : List.copyOf(inFlight.values())) {
            if (waiting.shard == shard && waiting.reply.giveUpForNewLeader(waiting.sent)) {
              forget(waiting);
            }
          }
        });
  }

  private void take(int shard, NodeRequest request, long deadlineNanos, NodeReply reply) {
    if (state != State.OPEN) {
      reply.failed(Failure.NOT_CONNECTED);
      return;
    }
    if (inFlight.size() >= config.maximumCalls()
        || inFlightBytes + request.bytes() > config.maximumBytes()) {
      reply.failed(Failure.FULL);
      return;
    }
    InFlight taken = new InFlight(nextId++, shard, request, deadlineNanos, reply);
    inFlight.put(taken.id, taken);
    inFlightBytes += request.bytes();
    waitingCalls = inFlight.size();
    unsent.add(taken);
    scheduleFlush();
    scheduleExpiry();
  }

  private void scheduleFlush() {
    if (!flushScheduled) {
      flushScheduled = true;
      loop.execute(this::flush);
    }
  }

  private void flush() {
    flushScheduled = false;
    NodeStream open = stream;
    while (state == State.OPEN && open != null && nodeHasRoom() && open.isReady()) {
      NodeCallFrame frame = nextFrame();
      if (frame.getCallsCount() == 0) {
        return;
      }
      open.send(frame);
    }
  }

  /** A node refuses what is in flight beyond its limits, so that waits here. */
  private boolean nodeHasRoom() {
    return sentCalls < config.sentCalls() && sentBytes < config.sentBytes();
  }

  private NodeCallFrame nextFrame() {
    NodeCallFrame.Builder frame = NodeCallFrame.newBuilder();
    long now = System.nanoTime();
    int bytes = 0;
    while (!unsent.isEmpty() && bytes < config.frameBytes() && nodeHasRoom()) {
      InFlight next = unsent.poll();
      // What was given up or has expired while it waited is no longer in flight.
      if (inFlight.get(next.id) == next) {
        next.sent = true;
        sentCalls++;
        sentBytes += next.request.bytes();
        bytes += next.request.bytes();
        frame.addCalls(next.toCall(now));
      }
    }
    return frame.build();
  }

  private void scheduleExpiry() {
    if (!expiryScheduled) {
      expiryScheduled = true;
      var unused = loop.schedule(this::expire, config.expiryTick().toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  private void expire() {
    expiryScheduled = false;
    long now = System.nanoTime();
    List<InFlight> expired = new ArrayList<>();
    for (InFlight waiting : inFlight.values()) {
      if (now - waiting.deadlineNanos >= 0) {
        expired.add(waiting);
      }
    }
    for (InFlight late : expired) {
      forget(late);
      late.reply.failed(late.sent ? Failure.EXPIRED : Failure.EXPIRED_UNSENT);
    }
    if (!inFlight.isEmpty()) {
      scheduleExpiry();
    }
  }

  private void forget(InFlight ended) {
    if (inFlight.remove(ended.id) != null) {
      inFlightBytes -= ended.request.bytes();
      if (ended.sent) {
        sentCalls--;
        sentBytes -= ended.request.bytes();
      }
      waitingCalls = inFlight.size();
      if (!unsent.isEmpty()) {
        scheduleFlush();
      }
    }
  }

  @Override
  public void ready(NodeStream ready) {
    if (ready != stream || state == State.CLOSED) {
      return;
    }
    if (state == State.CONNECTING) {
      ready.send(NodeCallFrame.newBuilder().setClusterId(clusterId).build());
      state = State.OPEN;
      log.info("connected to data node {} at {}", node, address);
      listener.opened(this);
    }
    flush();
  }

  @Override
  public void received(NodeStream from, NodeAnswerFrame frame) {
    if (from != stream) {
      return;
    }
    attempts = 0;
    for (NodeAnswer answer : frame.getAnswersList()) {
      InFlight answered = inFlight.get(answer.getId());
      if (answered == null) {
        // Its deadline has passed, or it was sent elsewhere meanwhile.
        listener.answeredLate(node);
      } else {
        forget(answered);
        deliver(answered, answer);
      }
    }
  }

  /** A fault in the handling of one answer must not take the stream of all others with it. */
  private void deliver(InFlight answered, NodeAnswer answer) {
    try {
      answered.reply.answered(answer);
    } catch (RuntimeException e) {
      log.error("an answer of data node {} could not be handled", node, e);
    }
  }

  @Override
  public void ended(NodeStream over, Status why) {
    if (over != stream || state == State.CLOSED) {
      return;
    }
    if (state == State.OPEN) {
      log.warn("the stream to data node {} at {} broke: {}", node, address, describe(why));
    } else {
      log.debug("data node {} at {} can't be reached: {}", node, address, describe(why));
    }
    state = State.WAITING;
    stream = null;
    listener.broken(this);
    failAll();
    var unused = loop.schedule(this::attempt, backoffNanos(), TimeUnit.NANOSECONDS);
  }

  private void failAll() {
    List<InFlight> lost = List.copyOf(inFlight.values());
    inFlight.clear();
    unsent.clear();
    inFlightBytes = 0;
    sentCalls = 0;
    sentBytes = 0;
    waitingCalls = 0;
    for (InFlight each : lost) {
      each.reply.failed(each.sent ? Failure.BROKEN : Failure.NOT_CONNECTED);
    }
  }

  private void attempt() {
    if (state != State.WAITING) {
      return;
    }
    attempts++;
    state = State.CONNECTING;
    channel.resetConnectBackoff();
    NodeStream started = new NodeStream(channel, config, loop, this);
    stream = started;
    started.start();
    var unused =
        loop.schedule(
            () -> giveUpConnecting(started),
            config.connectTimeout().toNanos(),
            TimeUnit.NANOSECONDS);
  }

  private void giveUpConnecting(NodeStream started) {
    if (stream == started && state == State.CONNECTING) {
      started.cancel("not connected within " + config.connectTimeout(), null);
    }
  }

  private long backoffNanos() {
    long full =
        Math.min(
            config.maximumBackoff().toNanos(),
            config.minimumBackoff().toNanos() << Math.min(attempts, 16));
    return full / 2 + ThreadLocalRandom.current().nextLong(full / 2 + 1);
  }

  /** Ends the link and what is in flight on it. */
  void close() {
    loop.execute(
        () -> {
          if (state == State.CLOSED) {
            return;
          }
          state = State.CLOSED;
          NodeStream open = stream;
          if (open != null) {
            open.cancel("link closed", null);
          }
          failAll();
          channel.shutdownNow();
          listener.broken(this);
        });
  }

  private static String describe(Status status) {
    String description = status.getDescription();
    return status.getCode() + (description == null ? "" : ": " + description);
  }
}
