package dev.keelson.e2e.processes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Free ports of loopback, below those that the kernel hands out for outgoing connections: a server
 * that starts again must find its port free.
 */
final class Ports {
  private static final int FIRST = 15_000;
  private static final int END = 32_000;
  private static final SplittableRandom RANDOM = new SplittableRandom();
  private static final Set<Integer> TAKEN = new HashSet<>();

  private Ports() {}

  static synchronized int next() {
    for (int tries = 0; tries < 1_000; tries++) {
      int port = RANDOM.nextInt(FIRST, END);
      if (!TAKEN.contains(port) && isFree(port)) {
        TAKEN.add(port);
        return port;
      }
    }
    throw new IllegalStateException("no port is free from " + FIRST + " to " + END);
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
