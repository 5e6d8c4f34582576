package dev.keelson.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.client.KeelsonClient;
import dev.keelson.client.Row;
import dev.keelson.client.TableDefinition;
import dev.keelson.coordination.EtcdConfig;
import dev.keelson.coordination.EtcdMetadataStore;
import dev.keelson.runtime.config.Config;
import dev.keelson.runtime.health.Health;
import dev.keelson.runtime.health.HealthServer;
import dev.keelson.runtime.metrics.Metrics;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of metrics says what running processes show. */
@Tag("long")
class MetricsPageTest {
  private static final Path PAGE = Path.of("..", "docs", "metrics.md");
  private static final Path WRITTEN = Path.of("target", "metrics.md");
  private static final String OPERATOR = "## Operator";
  private static final Pattern FAMILY =
      Pattern.compile("# HELP (keelson_\\S+) (.*)\n# TYPE \\S+ (\\S+)\n");

  @TempDir private Path directory;

  private record Family(String type, String meaning) {}

  @Test
  void the_page_lists_what_a_node_and_a_router_show() throws Exception {
    try (EmbeddedCluster cluster =
        EmbeddedCluster.start(EmbeddedConfig.in(directory).withNodes(1, 1))) {
      cluster.awaitReady(Duration.ofSeconds(40));
      work(cluster);
      String node = scrape(cluster.metrics("n1"));
      String router = scrape(cluster.routerMetrics());

      comparePage(node, router);
      checkNode(node);
      assertThat(value(router, "keelson_router_requests_total{method=\"PUT\",outcome=\"OK\",}"))
          .isEqualTo(1);
    }
  }

  private static void comparePage(String node, String router) throws Exception {
    String page = Files.readString(PAGE);
    String ours =
        page.substring(0, page.indexOf("## "))
            + section("Data node", families(node))
            + section("Router", families(router))
            + section("The way to etcd, in data nodes and routers", etcd());
    Files.createDirectories(WRITTEN.getParent());
    Files.writeString(WRITTEN, ours + page.substring(page.indexOf(OPERATOR)));
    assertThat(page.substring(0, page.indexOf(OPERATOR)))
        .as("docs/metrics.md; as it should be: embedded/%s", WRITTEN)
        .isEqualTo(ours);
  }

  private static void checkNode(String node) {
    assertThat(value(node, "keelson_journal_forces_total")).isPositive();
    assertThat(value(node, "keelson_journal_append_seconds_count")).isPositive();
    assertThat(value(node, "keelson_disk_force_seconds_count")).isPositive();
    assertThat(value(node, "keelson_node_disk_used_bytes"))
        .isGreaterThanOrEqualTo(value(node, "keelson_journal_segment_bytes"))
        .isLessThan(1e9);
    assertThat(value(node, "keelson_node_calls_total{kind=\"WRITE\",outcome=\"OK\",}"))
        .isEqualTo(1);
    assertThat(value(node, "keelson_node_call_seconds_count{kind=\"READ\",}")).isEqualTo(1);
  }

  private static void work(EmbeddedCluster cluster) {
    try (KeelsonClient client = KeelsonClient.connect(cluster.address())) {
      client.schema().createTable(TableDefinition.parse("t (k STRING PRIMARY KEY)"));
      client.table("t").put(Row.of("k", "a"));
      assertThat(client.table("t").get(Row.of("k", "a"))).isPresent();
    }
  }

  private static SortedMap<String, Family> etcd() throws Exception {
    EtcdConfig nowhere =
        Config.of(Map.of("etcd.endpoints", "127.0.0.1:1", "cluster", "c"), EtcdConfig::read);
    Metrics metrics = new Metrics("test");
    try (EtcdMetadataStore store = EtcdMetadataStore.connect(nowhere).withMetrics(metrics)) {
      assertThat(store).isNotNull();
      SortedMap<String, Family> families = families(scrape(metrics));
      families.remove("keelson_build_info");
      return families;
    }
  }

  private static SortedMap<String, Family> families(String scrape) {
    SortedMap<String, Family> families = new TreeMap<>();
    Matcher family = FAMILY.matcher(scrape);
    while (family.find()) {
      if (!family.group(1).endsWith("_created")) {
        families.put(family.group(1), new Family(family.group(3), family.group(2)));
      }
    }
    return families;
  }

  private static String scrape(Metrics metrics) throws IOException, InterruptedException {
    InetSocketAddress free = new InetSocketAddress("127.0.0.1", 0);
    try (HealthServer server = HealthServer.start(free, new Health(), metrics);
        HttpClient client = HttpClient.newHttpClient()) {
      URI address = URI.create("http://127.0.0.1:" + server.port() + "/metrics");
      return client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString()).body();
    }
  }

  private static double value(String scrape, String sample) {
    Matcher line = Pattern.compile("(?m)^" + Pattern.quote(sample) + " (\\S+)$").matcher(scrape);
    assertThat(line.find()).as("%s in%n%s", sample, scrape).isTrue();
    return Double.parseDouble(line.group(1));
  }

  private static String section(String title, SortedMap<String, Family> families) {
    StringBuilder text = new StringBuilder("## " + title + "\n\n");
    text.append("| name | type | unit | meaning |\n|---|---|---|---|\n");
    families.forEach(
        (name, family) ->
            text.append(
                "| `%s` | %s | %s | %s |\n"
                    .formatted(name, family.type(), unit(name), family.meaning())));
    return text.append('\n').toString();
  }

  private static String unit(String name) {
    String counted = name.replaceAll("_total$", "");
    return counted.endsWith("_seconds") ? "s" : counted.endsWith("_bytes") ? "bytes" : "1";
  }
}
