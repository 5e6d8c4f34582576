package dev.keelson.datanode.peer;

import dev.keelson.core.shard.NodeId;
import dev.keelson.datanode.wire.NettyLoop;
import dev.keelson.proto.internal.v1.Append;
import dev.keelson.proto.internal.v1.Entry;
import dev.keelson.proto.internal.v1.Heartbeat;
import dev.keelson.proto.internal.v1.PeerMessage;
import dev.keelson.runtime.net.EventLoops;
import dev.keelson.runtime.net.NetConfig;
import dev.keelson.runtime.net.Transport;
import io.grpc.Server;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A node that has nothing but its links, with sockets and an event loop of its own. */
final class PeerProcess implements AutoCloseable {
  static final String CLUSTER = "cluster-1";

  final NodeId node;
  final RecordingInbox inbox = new RecordingInbox();
  final List<EtcdWitness.Seen> seenByPeers = new CopyOnWriteArrayList<>();
  final CollectorRegistry registry = new CollectorRegistry();
  final Transport transport;
  final NettyLoop loop;
  final PeerLinks links;
  private volatile EtcdWitness.Seen seen = new EtcdWitness.Seen(77, 5);
  private final EventLoops loops;
  private final Server server;

  PeerProcess(String name, long boot) throws IOException {
    this(CLUSTER, name, boot, 0, PeerConfig.DEFAULTS);
  }

  PeerProcess(String cluster, String name, long boot, int port, PeerConfig config)
      throws IOException {
    node = new NodeId(name);
    loops = EventLoops.start(name, 1);
    transport = new Transport(loops, NetConfig.DEFAULTS);
    loop = new NettyLoop(loops.loops().getFirst());
    links =
        new PeerLinks(
            new LocalNode(cluster, node, boot, "disk-" + name),
            config,
            transport,
            loop,
            inbox,
            new Witness(),
            registry);
    server =
        transport
            .server(new InetSocketAddress("127.0.0.1", port))
            .addService(links.service())
            .build()
            .start();
  }

  private final class Witness implements EtcdWitness {
    @Override
    public Seen seen() {
      return seen;
    }

    @Override
    public void peerSaw(NodeId peer, Seen seen) {
      seenByPeers.add(seen);
    }
  }

  String address() {
    return "127.0.0.1:" + port();
  }

  int port() {
    return server.getPort();
  }

  void knows(PeerProcess... others) {
    for (PeerProcess other : others) {
      links.addresses(Map.of(other.node, other.address()));
    }
  }

  /** Sends messages that are told apart by their shards, a frame for each call. */
  void send(NodeId to, int firstShard, int count, int bytes) {
    Entry entry =
        Entry.newBuilder()
            .setPayload(com.google.protobuf.ByteString.copyFrom(new byte[bytes]))
            .build();
    loop.execute(
        () -> {
          for (int i = 0; i < count; i++) {
            links.send(
                to,
                PeerMessage.newBuilder()
                    .setShard(firstShard + i)
                    .setAppend(Append.newBuilder().addEntries(entry))
                    .build());
          }
          links.flush();
        });
  }

  /** Sees more of etcd, and has a heartbeat to send. */
  void beat(NodeId to, long revision) {
    loop.execute(
        () -> {
          seen = new EtcdWitness.Seen(77, revision);
          links.send(
              to, PeerMessage.newBuilder().setHeartbeat(Heartbeat.getDefaultInstance()).build());
          links.flush();
        });
  }

  double dropped(String reason) {
    Double value =
        registry.getSampleValue(
            "keelson_peer_dropped_total", new String[] {"reason"}, new String[] {reason});
    return value == null ? 0 : value;
  }

  /** As a kill: nothing is said to anybody. */
  @Override
  public void close() {
    server.shutdownNow();
    links.close();
    loops.close();
  }
}
