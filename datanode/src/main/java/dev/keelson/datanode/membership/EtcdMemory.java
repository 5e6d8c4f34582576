package dev.keelson.datanode.membership;

import dev.keelson.coordination.MetadataStore.Listing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a node keeps of etcd over restarts (R14).
 *
 * @param storeId 0 before etcd was ever seen
 * @param alarm why etcd is not trusted; empty when it is
 * @param adopting an operator has adopted this etcd, but its terms are not yet above all that are
 *     durable here
 */
public record EtcdMemory(long storeId, long revision, String alarm, boolean adopting) {
  public static final EtcdMemory NOTHING = new EtcdMemory(0, 0, "", false);

  private static final int FORMAT = 1;

  static SealedFile file(Path directory) {
    return new SealedFile(directory.resolve("ETCD"), "keelson-etcd", FORMAT);
  }

  static EtcdMemory read(Path directory) throws IOException {
    return file(directory).read().map(EtcdMemory::parse).orElse(NOTHING);
  }

  void write(Path directory) throws IOException {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("store", Long.toHexString(storeId));
    values.put("revision", String.valueOf(revision));
    if (!alarm.isEmpty()) {
      values.put("alarm", alarm);
    }
    if (adopting) {
      values.put("adopting", "true");
    }
    file(directory).write(values);
  }

  private static EtcdMemory parse(Map<String, String> values) {
    try {
      return new EtcdMemory(
          Long.parseUnsignedLong(values.getOrDefault("store", ""), 16),
          Long.parseLong(values.getOrDefault("revision", "")),
          values.getOrDefault("alarm", ""),
          Boolean.parseBoolean(values.getOrDefault("adopting", "false")));
    } catch (NumberFormatException e) {
      throw new StartRefusedException("the file ETCD can't be used: " + e.getMessage(), e);
    }
  }

  /** An operator takes etcd as it is now. */
  public static EtcdMemory adopting(Listing found) {
    return new EtcdMemory(found.storeId(), found.revision(), "", true);
  }

  EtcdMemory seen(long store, long atRevision) {
    return new EtcdMemory(store, atRevision, alarm, adopting);
  }

  EtcdMemory alarmed(String why) {
    return new EtcdMemory(storeId, revision, why, adopting);
  }

  EtcdMemory adopted() {
    return new EtcdMemory(storeId, revision, alarm, false);
  }

  Optional<String> latched() {
    return alarm.isEmpty() ? Optional.empty() : Optional.of(alarm);
  }

  /** What an operator names to say: I know, and I take etcd as it is now. */
  String adoptToken() {
    return Long.toHexString(storeId) + "-" + revision;
  }
}
