package dev.keelson.datanode;

import dev.keelson.coordination.EtcdConfig;
import dev.keelson.coordination.EtcdMetadataStore;
import dev.keelson.coordination.MetadataStore;
import dev.keelson.datanode.membership.StartRefusedException;
import dev.keelson.runtime.config.Config;
import dev.keelson.runtime.health.Health;
import dev.keelson.runtime.health.HealthServer;
import dev.keelson.runtime.lifecycle.BuildInfo;
import dev.keelson.runtime.lifecycle.ExitCode;
import dev.keelson.runtime.lifecycle.Lifecycle;
import dev.keelson.runtime.lifecycle.Process;
import dev.keelson.runtime.metrics.Metrics;
import java.io.IOException;
import java.security.Security;

/** The process {@code keelson-datanode}. */
public final class DataNodeMain {
  private DataNodeMain() {}

  /** What the process reads: the node, and the way to etcd. */
  record Settings(DataNodeConfig node, EtcdConfig etcd) {
    static Settings read(Config config) {
      return new Settings(DataNodeConfig.read(config), EtcdConfig.read(config));
    }
  }

  public static void main(String[] arguments) {
    // Pods come back under the same name with another address.
    Security.setProperty("networkaddress.cache.ttl", "2");
    Security.setProperty("networkaddress.cache.negative.ttl", "1");
    Process.run("keelson-datanode", arguments, Settings::read, DataNodeMain::start);
  }

  private static void start(Settings settings, Lifecycle lifecycle)
      throws IOException, InterruptedException {
    Metrics metrics = new Metrics(BuildInfo.version()).withVirtualMachine();
    Health health = new Health();
    // Else the node would pass for ready while it waits for etcd: its parts don't exist yet.
    Health.Part begin = health.part("start");
    lifecycle.add(
        "health", HealthServer.start(settings.node().healthListen().resolve(), health, metrics));
    MetadataStore store =
        lifecycle.add("etcd", EtcdMetadataStore.connect(settings.etcd()).withMetrics(metrics));
    try {
      DataNode.start(
          settings.node(),
          store,
          health,
          metrics,
          lifecycle,
          (why, cause) -> lifecycle.fail(ExitCode.FAILED, why, cause));
      begin.ready();
    } catch (StartRefusedException e) {
      lifecycle.refuse(ExitCode.MISCONFIGURED, String.valueOf(e.getMessage()));
    }
  }
}
