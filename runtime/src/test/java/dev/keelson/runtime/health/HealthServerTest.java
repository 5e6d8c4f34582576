package dev.keelson.runtime.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.runtime.metrics.Metrics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HealthServerTest {
  private final Health health = new Health();
  private final HttpClient client = HttpClient.newHttpClient();
  private HealthServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        HealthServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            health,
            new Metrics("test").withVirtualMachine());
  }

  @AfterEach
  void stop() {
    server.close();
    client.close();
  }

  private HttpResponse<String> get(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
    return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void it_is_ready_when_all_parts_are_and_says_what_is_missing() throws Exception {
    Health.Part shards = health.part("shards");
    Health.Part catalog = health.part("catalog");
    assertThat(get("/live").statusCode()).isEqualTo(200);
    assertThat(get("/ready").statusCode()).isEqualTo(503);

    shards.ready();
    catalog.notReady("waiting for etcd");
    assertThat(get("/ready").statusCode()).isEqualTo(503);
    assertThat(get("/ready").body()).isEqualTo("shards: ready\ncatalog: waiting for etcd\n");

    catalog.ready();
    assertThat(get("/ready").statusCode()).isEqualTo(200);
  }

  @Test
  void it_lives_until_only_a_restart_can_help() throws Exception {
    Health.Part loop = health.part("loop");
    loop.ready();
    assertThat(get("/live").statusCode()).isEqualTo(200);

    loop.needsRestart("stuck");

    assertThat(get("/live").statusCode()).isEqualTo(503);
    assertThat(get("/ready").body()).isEqualTo("loop: needs a restart: stuck\n");
  }

  @Test
  void who_listens_hears_each_change_of_readiness_once() {
    List<Boolean> heard = new ArrayList<>();
    Health.Part part = health.part("part");
    health.listen(heard::add);
    part.ready();
    part.ready();
    part.notReady("away");
    part.notReady("still away");

    assertThat(heard).containsExactly(false, true, false);
  }

  @Test
  void metrics_are_served_and_nothing_else() throws Exception {
    assertThat(get("/metrics").body()).contains("keelson_build_info", "jvm_memory");
    assertThat(get("/metrics/more").statusCode()).isEqualTo(404);
    assertThat(get("/").statusCode()).isEqualTo(404);
  }

  @Test
  void garbage_and_half_requests_harm_nobody() throws Exception {
    List<Socket> halves = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
      socket.getOutputStream().write("GET /rea".getBytes(StandardCharsets.US_ASCII));
      halves.add(socket);
      try (Socket garbage = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
        garbage.getOutputStream().write(new byte[1_000]);
      }
    }
    assertThat(get("/live").statusCode()).isEqualTo(200);
    for (Socket half : halves) {
      half.close();
    }
  }
}
