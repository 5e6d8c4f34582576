package dev.keelson.runtime.health;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.keelson.runtime.metrics.Metrics;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Answers probes and scrapes over HTTP: {@code /live}, {@code /ready} (200 or 503 with a line for
 * each part) and {@code /metrics}. Runs on virtual threads, away from the event loops, so that it
 * answers when those are busy.
 */
public final class HealthServer implements AutoCloseable {
  static {
    // The server has no other way to be told: bound what half-sent requests can hold.
    System.setProperty("sun.net.httpserver.maxReqTime", "10");
    System.setProperty("sun.net.httpserver.maxRspTime", "30");
    System.setProperty("sun.net.httpserver.maxReqHeaders", "50");
    System.setProperty("jdk.httpserver.maxConnections", "200");
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private record Answer(int status, String type, String body) {}

  private HealthServer(HttpServer server) {
    this.server = server;
  }

  /** Listens on an address; port 0 takes a free one. */
  public static HealthServer start(InetSocketAddress address, Health health, Metrics metrics)
      throws IOException {
    HealthServer result = new HealthServer(HttpServer.create(address, 50));
    result.serve("/live", () -> state(health.isAlive(), health));
    result.serve("/ready", () -> state(health.isReady(), health));
    result.serve(
        "/metrics",
        () -> new Answer(200, "text/plain; version=0.0.4; charset=utf-8", metrics.text()));
    result.server.setExecutor(result.threads);
    result.server.start();
    return result;
  }

  public int port() {
    return server.getAddress().getPort();
  }

  private static Answer state(boolean good, Health health) {
    return new Answer(good ? 200 : 503, "text/plain; charset=utf-8", health.report());
  }

  private void serve(String path, Supplier<Answer> answer) {
    server.createContext(path, exchange -> handle(exchange, path, answer));
  }

  private static void handle(HttpExchange exchange, String path, Supplier<Answer> answer)
      throws IOException {
    try (exchange) {
      if (!exchange.getRequestURI().getPath().equals(path)) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      Answer found = answer.get();
      byte[] body = found.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", found.type());
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.sendResponseHeaders(found.status(), -1);
        return;
      }
      // A length of 0 would mean chunks without end.
      exchange.sendResponseHeaders(found.status(), body.length == 0 ? -1 : body.length);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
