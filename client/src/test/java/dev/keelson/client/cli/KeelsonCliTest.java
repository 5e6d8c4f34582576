package dev.keelson.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.client.FakeRouter;
import dev.keelson.proto.v1.DescribeClusterResponse;
import dev.keelson.proto.v1.Member;
import dev.keelson.proto.v1.MemberHealth;
import dev.keelson.proto.v1.ReplicaRole;
import dev.keelson.proto.v1.Shard;
import dev.keelson.proto.v1.ShardReplica;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What a person at a terminal sees. */
class KeelsonCliTest {
  private final FakeRouter router = FakeRouter.start();
  private String out = "";
  private String err = "";

  @TempDir private Path folder;

  @AfterEach
  void close() {
    router.close();
  }

  private int keelson(String... arguments) {
    StringWriter written = new StringWriter();
    StringWriter failed = new StringWriter();
    CommandLine line = KeelsonCli.commandLine();
    line.setOut(new PrintWriter(written));
    line.setErr(new PrintWriter(failed));
    List<String> all = new ArrayList<>(List.of("--router", router.address()));
    all.addAll(List.of(arguments));
    if (arguments[0].equals("load")) {
      // Nothing is left in the home of whoever runs this.
      all.addAll(List.of("--state-dir", folder + "/state"));
    }
    int code = line.execute(all.toArray(String[]::new));
    out = written.toString();
    err = failed.toString();
    return code;
  }

  private void ok(String... arguments) {
    assertThat(keelson(arguments)).as("%s%s", out, err).isZero();
  }

  private void airports() {
    ok("create-table", "airports (code STRING PRIMARY KEY, name STRING, latitude DOUBLE)");
  }

  @Test
  void aRowIsWrittenReadAndDeleted() {
    airports();
    ok("put", "airports", "code=ATL", "name=Hartsfield", "latitude=33.5");
    ok("get", "airports", "ATL");
    assertThat(out).contains("code  name        latitude").contains("ATL   Hartsfield      33.5");
    ok("get", "airports", "ATL", "-o", "json");
    assertThat(out)
        .isEqualToNormalizingNewlines(
            "[\n  {\"code\": \"ATL\", \"name\": \"Hartsfield\", \"latitude\": 33.5}\n]\n");
    ok("get", "airports", "ATL", "-o", "csv", "--columns", "name", "--served");
    assertThat(out).isEqualToNormalizingNewlines("name\nHartsfield\n");
    assertThat(err).contains("lease of fake-1, shard 7");
    ok("delete", "airports", "ATL");
    assertThat(keelson("get", "airports", "ATL")).isEqualTo(ExitCode.USER_ERROR);
    assertThat(err).contains("no row ATL in airports");
  }

  @Test
  void readsAreAsFreshAsTheyMustBe() {
    airports();
    ok("put", "airports", "code=ATL", "name=Hartsfield");
    for (String fresh : new String[] {"--stale", "--quorum", "--max-staleness=500ms"}) {
      ok("get", "airports", "ATL", fresh);
      ok("scan", "airports", "--count", fresh);
    }
    for (String wrong : new String[] {"0ms", "61m", "5", "soon", "-1s"}) {
      assertThat(keelson("get", "airports", "ATL", "--max-staleness=" + wrong))
          .as(wrong)
          .isEqualTo(ExitCode.USER_ERROR);
      assertThat(err).contains("--max-staleness");
    }
    assertThat(keelson("get", "airports", "ATL", "--stale", "--quorum"))
        .isEqualTo(ExitCode.USER_ERROR);
  }

  @Test
  void exitCodesTellTheKindsOfFailureApart() {
    airports();
    assertThat(keelson("get", "nowhere", "x")).isEqualTo(ExitCode.USER_ERROR);
    assertThat(err).contains("[TABLE_NOT_FOUND]");
    assertThat(keelson("get", "airports", "ATL", "LAX")).isEqualTo(ExitCode.USER_ERROR);
    assertThat(err).contains("the primary key of airports is code: give 1 value, not 2");
    assertThat(keelson("get", "airports", "--nonsense")).isEqualTo(ExitCode.USAGE);
    assertThat(keelson("nonsense")).isEqualTo(ExitCode.USAGE);
    ok("put", "--insert", "airports", "code=ATL");
    assertThat(keelson("put", "--insert", "airports", "code=ATL")).isEqualTo(ExitCode.CONFLICT);
    ok("put", "--update", "airports", "code=ATL", "name=Atlanta");
    assertThat(keelson("put", "airports", "code=ATL", "latitude=north"))
        .isEqualTo(ExitCode.USER_ERROR);
    assertThat(err).contains("`north` is no DOUBLE for the column latitude");
    assertThat(keelson("put", "airports", "colour=red")).isEqualTo(ExitCode.USER_ERROR);
    assertThat(err).contains("no column colour; it has code, name, latitude");
    router.close();
    assertThat(keelson("--timeout", "0.5", "status")).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(err).contains("No router can be reached");
  }

  @Test
  void tablesAreListedDescribedAndDropped() {
    ok(
        "create-table",
        "flights (origin STRING, at TIMESTAMP NOT NULL,",
        "PRIMARY KEY ((origin),",
        "at DESC))");
    ok("tables");
    assertThat(out).contains("flights").contains("origin, at");
    ok("describe", "flights");
    assertThat(out).contains("partition 1").contains("clustering 1 descending");
    ok("describe", "flights", "--text");
    String text = out;
    assertThat(keelson("create-table", text)).isEqualTo(ExitCode.CONFLICT);
    ok("create-table", "--if-not-exists", text);
    assertThat(keelson("create-table", "t (a TEXT PRIMARY KEY)")).isEqualTo(ExitCode.USER_ERROR);
    assertThat(err).contains("write STRING");
    ok("drop-table", "flights");
    ok("drop-table", "--if-exists", "flights");
    ok("keyspaces");
    assertThat(out).contains("main");
  }

  @Test
  void aPartitionIsScannedBetweenBounds() {
    ok("create-table", "t (a STRING, at TIMESTAMP, n INT64, PRIMARY KEY ((a), at))");
    for (int hour = 0; hour < 6; hour++) {
      ok("put", "t", "a=x", "at=2001-01-01T0" + hour + ":00", "n=" + hour);
    }
    ok(
        "scan",
        "t",
        "x",
        "--from",
        "2001-01-01T02:00",
        "--before",
        "2001-01-01 04:00Z",
        "--columns",
        "n",
        "-o",
        "csv");
    assertThat(out).isEqualToNormalizingNewlines("n\n2\n3\n");
    ok("scan", "t", "x", "--reverse", "--limit", "1", "-o", "csv", "--columns", "at");
    assertThat(out).isEqualToNormalizingNewlines("at\n2001-01-01T05:00:00Z\n");
    assertThat(err).contains("there is more: --continue ");
    String token = err.substring(err.indexOf("--continue ") + 11).strip();
    ok("scan", "t", "x", "--reverse", "--limit", "1", "--continue", token, "-o", "csv");
    assertThat(out).contains("T04:00");
    ok("scan", "t", "--count");
    assertThat(out.strip()).isEqualTo("6");
    ok("scan", "t", "x", "--count", "--after", "2001-01-01T04:00");
    assertThat(out.strip()).isEqualTo("1");
    assertThat(keelson("scan", "t", "--reverse")).isEqualTo(ExitCode.USER_ERROR);
  }

  private Path file(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    try (OutputStream out =
        name.endsWith(".gz")
            ? new GZIPOutputStream(Files.newOutputStream(file))
            : Files.newOutputStream(file)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return file;
  }

  @Test
  void aFileIsLoadedAndItsBadLinesAreReported() throws IOException {
    airports();
    Path file =
        file(
            "airports.csv.gz",
            "\uFEFFiata,name,lat,junk\nATL,\"Hartsfield, Atlanta\",33.6,x\nLAX,,north,x\n\n"
                + "SFO,\"\",,x\nJFK\n");
    ok(
        "load",
        file.toString(),
        "--table",
        "airports",
        "--map",
        "iata=code",
        "--map",
        "lat=latitude",
        "--map",
        "junk=");
    assertThat(out).contains("loaded 2 rows").contains("2 bad lines");
    assertThat(Files.readString(Path.of(file + ".bad")))
        .contains("line 3: `north` is no DOUBLE for the column latitude")
        .contains("  LAX,,north,x")
        .contains("line 6: 1 fields instead of 4");
    ok("scan", "airports", "-o", "json");
    assertThat(out)
        .contains("{\"code\": \"ATL\", \"name\": \"Hartsfield, Atlanta\", \"latitude\": 33.6}")
        .contains("{\"code\": \"SFO\", \"name\": \"\", \"latitude\": null}");
    assertThat(
            keelson(
                "load",
                file.toString(),
                "--table",
                "airports",
                "--strict",
                "--map",
                "iata=code",
                "--map",
                "lat=latitude",
                "--map",
                "junk="))
        .isEqualTo(ExitCode.USER_ERROR);
    assertThat(err).contains("line 3");
  }

  @Test
  void theLineNumberIsATieBreaker() throws IOException {
    ok("create-table", "f (origin STRING, line INT64, PRIMARY KEY ((origin), line))");
    StringBuilder text = new StringBuilder("origin\n");
    for (int i = 0; i < 5_000; i++) {
      text.append("ATL\n");
    }
    Path file = file("f.csv", text.toString());
    ok("load", file.toString(), "--table", "f", "--line-number", "line");
    ok("scan", "f", "ATL", "--reverse", "--limit", "1", "-o", "csv", "--columns", "line");
    assertThat(out).contains("5001");
    ok("scan", "f", "--count");
    assertThat(out.strip()).isEqualTo("5000");
    ok("load", file.toString(), "--table", "f", "--line-number", "line", "-o", "json", "--resume");
    assertThat(out).contains("\"rows\": 5000").contains("\"bad_lines\": 0");
  }

  @Test
  void aLoadThatFailedGoesOnWhereItEnded() throws IOException {
    ok("create-table", "n (n INT64 PRIMARY KEY)");
    StringBuilder text = new StringBuilder("n\n");
    for (int i = 0; i < 10_000; i++) {
      text.append(i).append('\n');
    }
    Path file = file("n.csv", text.toString());
    String[] load = {"load", file.toString(), "--table", "n", "--resume"};
    router.failLoadAfter(5);
    assertThat(keelson(load)).isEqualTo(ExitCode.INTERNAL);
    assertThat(err).contains("--resume goes on there");
    ok(load);
    assertThat(out).containsPattern("loaded [5-7],\\d{3} rows");
    ok("scan", "n", "--count");
    assertThat(out.strip()).isEqualTo("10000");
    assertThat(folder.resolve("state")).isEmptyDirectory();
  }

  @Test
  void aHeaderThatDoesNotMatchIsRefusedWithTheWayOut() throws IOException {
    airports();
    Path file = file("x.csv", "iata,name\nATL,x\n");
    assertThat(keelson("load", file.toString(), "--table", "airports"))
        .isEqualTo(ExitCode.USER_ERROR);
    assertThat(err).contains("--map iata=COLUMN");
    assertThat(keelson("load", file.toString(), "--table", "airports", "--map", "iata="))
        .isEqualTo(ExitCode.USER_ERROR);
    assertThat(err).contains("nothing in the file fills code");
    assertThat(keelson("load", "nowhere.csv", "--table", "airports"))
        .isEqualTo(ExitCode.USER_ERROR);
    assertThat(err).contains("no file nowhere.csv");
  }

  @Test
  void statusAndTopologyShowTheCluster() {
    Shard.Builder shard =
        Shard.newBuilder()
            .setId(1)
            .setKeyspace("main")
            .setRangeEnd(1L << 32)
            .setTerm(5)
            .setLeader("node-1");
    shard.addReplicas(replica("node-1", ReplicaRole.LEADER).setLastIndex(42));
    shard.addReplicas(replica("node-2", ReplicaRole.FOLLOWER_ROLE).setLagEntries(3));
    shard.addReplicas(replica("node-3", ReplicaRole.FOLLOWER_ROLE).setReachable(false));
    router.cluster(
        DescribeClusterResponse.newBuilder()
            .setClusterId("c-1")
            .addMembers(member("node-1", "zone-a", MemberHealth.HEALTHY))
            .addMembers(member("node-2", "zone-b", MemberHealth.HEALTHY))
            .addMembers(member("node-3", "zone-c", MemberHealth.GONE).setReason("It left."))
            .addShards(shard)
            .build());
    ok("status");
    assertThat(out)
        .contains("2 of 3 healthy")
        .contains("1 of 1 with a leader")
        .contains("! Node node-3 is gone: It left.")
        .contains("! Shard 1 of main runs on 2 of 3 replicas.");
    ok("topology");
    assertThat(out).contains("│ zone-b").contains("● 42").contains("○ 0 +3").contains("×");
    ok("status", "-o", "json");
    assertThat(out).contains("\"cluster\": \"c-1\"").contains("\"role\": \"LEADER\"");
    ok("topology", "-o", "csv");
    assertThat(out).contains("main,1,5,node-1,LEADER,42,0,true");
  }

  private static ShardReplica.Builder replica(String node, ReplicaRole role) {
    return ShardReplica.newBuilder().setNode(node).setRole(role).setReachable(true);
  }

  private static Member.Builder member(String node, String zone, MemberHealth health) {
    return Member.newBuilder().setNode(node).setZone(zone).setHealth(health);
  }

  @Test
  void helpHasExamplesForEveryCommand() {
    for (String command : KeelsonCli.commandLine().getSubcommands().keySet()) {
      ok(command, "--help");
      assertThat(out)
          .as(command)
          .contains("Examples:")
          .contains("keelson " + command)
          .contains("Exit codes:")
          .contains("--version");
      ok(command, "--version");
      assertThat(out).as(command).startsWith("keelson ");
    }
    ok("--help");
    assertThat(out).contains("Exit codes:").contains("create-table");
    ok("--version");
    assertThat(out).startsWith("keelson ");
  }

  @Test
  void completionKnowsEveryCommandAndItsOptions() {
    ok("completion");
    assertThat(out)
        .contains(KeelsonCli.commandLine().getSubcommands().keySet())
        .contains("--line-number", "--router", "--count");
  }

  @Test
  void whatWasDoneIsToldToProgramsToo() {
    ok("create-table", "-o", "json", "t (k STRING PRIMARY KEY, v INT64)");
    assertThat(out).isEqualToIgnoringNewLines("{\"created\": \"t\"}");
    ok("put", "-o", "json", "t", "k=a", "v=1");
    assertThat(out).matches("\\{\"version\": \\d+}\\R");
    ok("scan", "t", "--count", "-o", "json");
    assertThat(out).isEqualToIgnoringNewLines("{\"rows\": 1}");
    ok("delete", "-o", "csv", "t", "a");
    assertThat(out).isEqualToNormalizingNewlines("deleted\n1\n");
    ok("delete", "-o", "csv", "t", "a");
    assertThat(out).isEqualToNormalizingNewlines("deleted\n0\n");
    ok("drop-table", "-o", "csv", "t");
    assertThat(out).isEqualToNormalizingNewlines("dropped\nt\n");
  }
}
