package dev.keelson.datanode.peer;

import dev.keelson.core.shard.NodeId;
import dev.keelson.datanode.peer.EtcdWitness.Seen;
import dev.keelson.datanode.shard.Peers;
import dev.keelson.datanode.wire.NettyLoop;
import dev.keelson.proto.internal.v1.EtcdSeen;
import dev.keelson.proto.internal.v1.Hello;
import dev.keelson.proto.internal.v1.PeerFrame;
import dev.keelson.proto.internal.v1.PeerMessage;
import dev.keelson.runtime.net.Transport;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.prometheus.client.CollectorRegistry;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams to all other data nodes. Everything here runs on one loop, the one of the shards, so
 * that a frame goes from the socket to the shard without changing threads.
 *
 * <p>A later stream of a peer replaces an earlier one; one of an earlier start of the peer is
 * refused. Whatever an ended stream still delivers is dropped, so that messages of a pair never
 * arrive out of order.
 */
public final class PeerLinks implements Peers, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PeerLinks.class);

  private final LocalNode self;
  private final PeerConfig config;
  private final NettyLoop loop;
  private final PeerInbox inbox;
  private final EtcdWitness witness;
  private final PeerMetrics metrics;
  private final HelloCheck check;
  private final ExchangeService service;
  private final Dialer dialer;
  private final Map<NodeId, PeerLink> links = new TreeMap<>();
  private final Set<PeerLink> gathered = new LinkedHashSet<>();
  private boolean closed;

  public PeerLinks(
      LocalNode self,
      PeerConfig config,
      Transport transport,
      NettyLoop loop,
      PeerInbox inbox,
      EtcdWitness witness,
      CollectorRegistry registry) {
    this.self = self;
    this.config = config;
    this.loop = loop;
    this.inbox = inbox;
    this.witness = witness;
    this.metrics = new PeerMetrics(registry);
    this.check = new HelloCheck(self);
    this.service = new ExchangeService(loop, config, new Inbound());
    this.dialer = new Dialer(transport, loop, config, self, this::call);
  }

  /** To be added to the server of this node. */
  public ServerServiceDefinition service() {
    return service.definition();
  }

  /** Where all registered nodes can be reached; this one may be among them. Any thread. */
  public void addresses(Map<NodeId, String> addresses) {
    Map<NodeId, String> copy = Map.copyOf(addresses);
    loop.run(
        () -> {
          if (!closed) {
            dialer.addresses(copy);
          }
        });
  }

  @Override
  public void send(NodeId to, PeerMessage message) {
    PeerLink link = links.get(to);
    if (link == null) {
      metrics.dropped.labels("away").inc();
      return;
    }
    link.offer(message);
    gathered.add(link);
  }

  @Override
  public void flush() {
    if (!gathered.isEmpty()) {
      gathered.forEach(PeerLink::flush);
      gathered.clear();
    }
  }

  /** Ends all streams; they do not come back. Any thread. */
  @Override
  public void close() {
    loop.run(
        () -> {
          closed = true;
          dialer.close();
          List.copyOf(links.values())
              .forEach(it -> it.end(Status.UNAVAILABLE.withDescription("the node stops")));
        });
  }

  /** Begins a stream to a peer whose name is less than ours. */
  private PeerStream call(NodeId peer, PeerStream.Wire wire) {
    PeerStream stream = new PeerStream(wire, new Outbound(peer));
    stream.send(hello());
    return stream;
  }

  private PeerFrame hello() {
    Seen seen = witness.seen();
    return PeerFrame.newBuilder()
        .setHello(
            Hello.newBuilder()
                .setClusterId(self.clusterId())
                .setNode(self.node().name())
                .setBoot(self.boot())
                .setDiskId(self.disk())
                .setProtocol(HelloCheck.PROTOCOL)
                .setEtcdClusterId(seen.storeId())
                .setEtcdRevision(seen.revision()))
        .build();
  }

  private void refuse(PeerStream stream, String why) {
    metrics.refused.inc();
    LOG.warn("refusing a stream of another node: {}", why);
    stream.end(Status.FAILED_PRECONDITION.withDescription(why));
  }

  private void open(PeerStream stream, Hello hello) {
    NodeId peer = new NodeId(hello.getNode());
    PeerLink link = links.computeIfAbsent(peer, it -> new PeerLink(it, config, witness, metrics));
    Optional<PeerStream> before = link.stream();
    if (before.isPresent() && before.get().peerBoot() > hello.getBoot()) {
      refuse(stream, "start " + hello.getBoot() + " of node " + peer + " is not its latest");
      return;
    }
    before.ifPresent(it -> it.end(Status.ABORTED.withDescription("replaced by a later stream")));
    stream.open(link, hello.getBoot());
    link.attach(stream);
    dialer.connected(peer);
    metrics.connected.inc();
    LOG.info("connected with {} (start {})", peer, hello.getBoot());
    witness.peerSaw(peer, new Seen(hello.getEtcdClusterId(), hello.getEtcdRevision()));
    inbox.peerConnected(peer, hello.getDiskId());
  }

  private void received(PeerLink link, PeerStream stream, PeerFrame frame) {
    metrics.framesReceived.inc();
    metrics.messagesReceived.inc(frame.getMessagesCount());
    if (!link.isOver(stream)) {
      return;
    }
    if (frame.hasEtcd()) {
      EtcdSeen etcd = frame.getEtcd();
      witness.peerSaw(link.peer(), new Seen(etcd.getClusterId(), etcd.getRevision()));
    }
    if (frame.getMessagesCount() > 0) {
      inbox.receive(link.peer(), stream.peerBoot(), frame.getMessagesList());
    }
  }

  private void lost(PeerStream stream, Status why) {
    stream
        .link()
        .filter(it -> it.isOver(stream))
        .ifPresent(
            link -> {
              link.detach();
              metrics.connected.dec();
              LOG.info("lost {}: {}", link.peer(), why.getDescription());
              inbox.peerLost(link.peer());
            });
  }

  /** What both sides of a stream do once it is open. */
  private abstract class Exchange implements PeerStream.Events {
    @Override
    public void frame(PeerStream stream, PeerFrame frame) {
      stream.link().ifPresent(it -> received(it, stream, frame));
    }

    @Override
    public void ready(PeerStream stream) {
      stream.link().filter(it -> it.isOver(stream)).ifPresent(PeerLink::flush);
    }
  }

  /** Streams that others began. */
  private final class Inbound extends Exchange {
    @Override
    public void hello(PeerStream stream, Hello hello) {
      Optional<String> refusal = check.caller(hello).or(() -> tooMany(hello));
      if (closed || refusal.isPresent()) {
        refuse(stream, refusal.orElse("the node stops"));
        return;
      }
      stream.send(PeerLinks.this.hello());
      open(stream, hello);
    }

    private Optional<String> tooMany(Hello hello) {
      return links.size() < config.maximumPeers() || links.containsKey(new NodeId(hello.getNode()))
          ? Optional.empty()
          : Optional.of("there are " + links.size() + " other nodes already, which is the limit");
    }

    @Override
    public void closed(PeerStream stream, Status why) {
      lost(stream, why);
    }
  }

  /** Streams that we began. */
  private final class Outbound extends Exchange {
    private final NodeId peer;

    Outbound(NodeId peer) {
      this.peer = peer;
    }

    @Override
    public void hello(PeerStream stream, Hello hello) {
      Optional<String> refusal = check.called(peer, hello);
      if (refusal.isPresent()) {
        refuse(stream, refusal.get());
      } else {
        open(stream, hello);
      }
    }

    @Override
    public void closed(PeerStream stream, Status why) {
      lost(stream, why);
      dialer.lost(peer, stream, why);
    }
  }
}
