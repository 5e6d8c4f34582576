package dev.keelson.router;

import dev.keelson.coordination.EtcdConfig;
import dev.keelson.coordination.EtcdMetadataStore;
import dev.keelson.runtime.config.Address;
import dev.keelson.runtime.config.Config;
import dev.keelson.runtime.health.Health;
import dev.keelson.runtime.health.HealthServer;
import dev.keelson.runtime.lifecycle.BuildInfo;
import dev.keelson.runtime.lifecycle.Lifecycle;
import dev.keelson.runtime.lifecycle.Process;
import dev.keelson.runtime.metrics.Metrics;
import dev.keelson.runtime.net.EventLoops;
import dev.keelson.runtime.net.LoopWatchdog;
import java.io.IOException;
import java.security.Security;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The router as a process. */
public final class RouterMain {
  private static final Logger log = LoggerFactory.getLogger(RouterMain.class);

  private RouterMain() {}

  /**
   * What the process is given.
   *
   * @param healthListen where probes and metrics are answered over HTTP
   */
  record ProcessConfig(RouterConfig router, Address healthListen, EtcdConfig etcd) {
    static ProcessConfig read(Config config) {
      return new ProcessConfig(
          RouterConfig.read(config),
          config.address("health.listen", new Address("0.0.0.0", 7480)),
          EtcdConfig.read(config));
    }
  }

  public static void main(String[] arguments) {
    // Pods come back under the same name with another address.
    Security.setProperty("networkaddress.cache.ttl", "2");
    Security.setProperty("networkaddress.cache.negative.ttl", "1");
    Process.run("keelson-router", arguments, ProcessConfig::read, RouterMain::start);
  }

  private static void start(ProcessConfig config, Lifecycle lifecycle) throws IOException {
    Health health = new Health();
    // Else the router would pass for ready before its parts exist.
    Health.Part begin = health.part("start");
    Metrics metrics = new Metrics(BuildInfo.version()).withVirtualMachine();
    HealthServer probes = HealthServer.start(config.healthListen().resolve(), health, metrics);
    lifecycle.add("probes", probes);
    EventLoops loops =
        lifecycle.add(
            "event loops", EventLoops.start("router", config.router().net().eventLoopCount()));
    lifecycle.add("watchdog", LoopWatchdog.start(loops, health, metrics));
    EtcdMetadataStore store =
        lifecycle.add(
            "metadata store", EtcdMetadataStore.connect(config.etcd()).withMetrics(metrics));
    Router router =
        lifecycle.add("router", Router.start(config.router(), store, loops, health, metrics));
    begin.ready();
    log.info(
        "keelson-router listens on {}:{}, probes on port {}",
        config.router().listen().host(),
        router.port(),
        probes.port());
  }
}
