package dev.keelson.embedded.demo;

import dev.keelson.client.ClusterDescription;
import dev.keelson.client.KeelsonClient;
import dev.keelson.client.Row;
import dev.keelson.client.Rows;
import dev.keelson.client.Table;
import dev.keelson.client.TableDefinition;
import dev.keelson.embedded.EmbeddedCluster;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Stops the node that leads most shards while a writer goes on, and counts what is left. */
final class LostLeader {
  private static final long BEFORE_MILLIS = 2_000;
  private static final long AFTER_MILLIS = 5_000;

  private final EmbeddedCluster cluster;
  private final KeelsonClient client;
  private final Table diary;

  LostLeader(EmbeddedCluster cluster, KeelsonClient client) {
    this.cluster = cluster;
    this.client = client;
    client
        .schema()
        .createTableIfNotExists(
            TableDefinition.parse("diary (entry INT64, text STRING, PRIMARY KEY ((entry)))"));
    diary = client.table("diary");
  }

  /**
   * @return whether everything acknowledged is there
   */
  boolean show() throws IOException, InterruptedException, TimeoutException {
    String victim = busiestLeader();
    Demo.say("Now a writer writes row after row, and we stop " + victim + ", as kill -9 would.");
    Writer writer = new Writer();
    Thread thread = Thread.ofVirtual().start(writer);
    TimeUnit.MILLISECONDS.sleep(BEFORE_MILLIS);
    cluster.stopNode(victim);
    TimeUnit.MILLISECONDS.sleep(AFTER_MILLIS);
    writer.stopped = true;
    thread.join();

    Demo.say("And start it again.");
    cluster.startNode(victim);
    cluster.awaitReady(Duration.ofSeconds(60));
    return report(writer);
  }

  private String busiestLeader() {
    Map<String, Integer> led = new TreeMap<>();
    for (ClusterDescription.Shard shard : client.describeCluster().shards()) {
      if (!shard.leader().isEmpty()) {
        led.merge(shard.leader(), 1, Integer::sum);
      }
    }
    return led.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .orElseThrow(() -> new IllegalStateException("no shard has a leader"))
        .getKey();
  }

  private boolean report(Writer writer) {
    Set<Long> found = new HashSet<>();
    try (Rows rows = diary.scanAll().rows()) {
      rows.stream().forEach(row -> found.add(row.longValue("entry")));
    }
    long missing = writer.acknowledged.stream().filter(it -> !found.contains(it)).count();
    System.out.printf("  acknowledged writes   %,8d%n", writer.acknowledged.size());
    System.out.printf("  of these found        %,8d%n", writer.acknowledged.size() - missing);
    System.out.printf("  lost                  %,8d%n", missing);
    System.out.printf("  failed writes         %,8d%n", writer.failed);
    System.out.printf("  longest wait          %,8d ms%n%n", writer.longestWait / 1_000_000);
    return missing == 0;
  }

  /**
   * Writes rows to all shards, one after the other; the longest wait for an answer is the blackout
   * that a client sees.
   */
  private final class Writer implements Runnable {
    private final Set<Long> acknowledged = new HashSet<>();
    private long failed;
    private long longestWait;
    private volatile boolean stopped;

    @Override
    public void run() {
      for (long entry = 0; !stopped; entry++) {
        long begin = System.nanoTime();
        try {
          diary.put(Row.of("entry", entry).with("text", "entry " + entry));
          acknowledged.add(entry);
        } catch (RuntimeException e) {
          failed++;
        }
        longestWait = Math.max(longestWait, System.nanoTime() - begin);
      }
    }
  }
}
