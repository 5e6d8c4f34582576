package dev.keelson.runtime.net;

import dev.keelson.runtime.config.ConfigAssertions;
import dev.keelson.runtime.config.DataSize;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NetConfigTest {
  @Test
  void defaults() {
    ConfigAssertions.assertDefaults(NetConfig::read, Map.of(), NetConfig.DEFAULTS);
  }

  @Test
  void allKeysMapped() {
    Map<String, String> values = new HashMap<>();
    values.put("net.event-loops", "3");
    values.put("net.flow-control-window", "1MiB");
    values.put("net.maximum-message", "8MiB");
    values.put("net.maximum-metadata", "8KiB");
    values.put("net.maximum-streams", "100");
    values.put("net.maximum-connections", "200");
    values.put("net.handshake-timeout", "3s");
    values.put("net.keep-alive-time", "20s");
    values.put("net.keep-alive-timeout", "2s");
    values.put("net.minimum-ping", "1s");
    ConfigAssertions.assertAllKeysMapped(
        NetConfig::read,
        values,
        new NetConfig(
            3,
            DataSize.ofMebibytes(1),
            DataSize.ofMebibytes(8),
            DataSize.ofKibibytes(8),
            100,
            200,
            Duration.ofSeconds(3),
            Duration.ofSeconds(20),
            Duration.ofSeconds(2),
            Duration.ofSeconds(1)));
  }
}
