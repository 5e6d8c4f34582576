package dev.keelson.e2e.processes;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Hosts on one machine: a network namespace for each, joined by a bridge, so that what one sends to
 * another can be dropped, silently and one way too. Needs root; {@link #close} takes all away.
 */
final class Network implements AutoCloseable {
  private static final int MOST_HOSTS = 200;

  private final String name;
  private final String subnet;
  private final Map<String, Integer> hosts = new TreeMap<>();
  private final Thread hook = new Thread(this::remove);

  private Network(String name, String subnet) {
    this.name = name;
    this.subnet = subnet;
  }

  static Network create() {
    SplittableRandom random = new SplittableRandom();
    String name = "kl" + random.nextInt(10_000, 100_000);
    String subnet = "10." + random.nextInt(100, 250) + "." + random.nextInt(1, 250) + ".";
    Network network = new Network(name, subnet);
    Runtime.getRuntime().addShutdownHook(network.hook);
    ip("link", "add", name, "type", "bridge");
    ip("addr", "add", subnet + "1/24", "dev", name);
    ip("link", "set", name, "up");
    return network;
  }

  /** Makes a host, which this machine reaches too. */
  void join(String host) {
    int number = hosts.size() + 2;
    if (number > MOST_HOSTS || hosts.putIfAbsent(host, number) != null) {
      throw new IllegalStateException(host + " can't join " + hosts.keySet());
    }
    String namespace = namespace(host);
    String link = name + "-" + number;
    ip("netns", "add", namespace);
    ip("link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", namespace);
    ip("link", "set", link, "master", name, "up");
    ip("-n", namespace, "addr", "add", address(host) + "/24", "dev", "eth0");
    ip("-n", namespace, "link", "set", "eth0", "up");
    ip("-n", namespace, "link", "set", "lo", "up");
  }

  String address(String host) {
    Integer number = hosts.get(host);
    if (number == null) {
      throw new IllegalStateException("no host " + host + " in " + hosts.keySet());
    }
    return subnet + number;
  }

  /** A command as it is run on a host. */
  List<String> on(String host, List<String> command) {
    List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace(host)));
    all.addAll(command);
    return all;
  }

  /** From now on nothing that one host sends reaches the other. */
  void drop(String from, String to) {
    run(on(to, List.of("iptables", "-w", "-A", "INPUT", "-s", address(from), "-j", "DROP")));
  }

  /** Drops what two hosts send to each other. */
  void cut(String one, String other) {
    drop(one, other);
    drop(other, one);
  }

  /** Everybody hears everybody again. */
  void heal() {
    hosts.keySet().forEach(it -> run(on(it, List.of("iptables", "-w", "-F", "INPUT"))));
  }

  private String namespace(String host) {
    return name + "-" + host;
  }

  private static void ip(String... arguments) {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(arguments));
    run(command);
  }

  private static void run(List<String> command) {
    Tools.Result result = Tools.run(command);
    if (result.exitCode() != 0) {
      throw new IllegalStateException(
          String.join(" ", command) + " failed; network tests need root, ip and iptables");
    }
  }

  private void remove() {
    hosts.keySet().forEach(it -> Tools.run(List.of("ip", "netns", "delete", namespace(it))));
    Tools.run(List.of("ip", "link", "delete", name));
  }

  @Override
  public void close() {
    if (Runtime.getRuntime().removeShutdownHook(hook)) {
      remove();
    }
  }
}
