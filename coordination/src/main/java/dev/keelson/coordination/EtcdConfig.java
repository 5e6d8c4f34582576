package dev.keelson.coordination;

import dev.keelson.runtime.config.Address;
import dev.keelson.runtime.config.Config;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where etcd is and how it is talked to.
 *
 * @param endpoints members of one etcd cluster
 * @param clusterName whose keys lie under {@code /keelson/<clusterName>/}
 * @param callTimeout how long one call may take
 * @param lease how long a registration outlives the last sign of life; shorter ones were seen to be
 *     lost while one of three members hung
 * @param certificateAuthority proves etcd to us; with it, connections are encrypted
 * @param certificate proves us to etcd
 * @param certificateKey belongs to {@code certificate}
 */
public record EtcdConfig(
    List<Address> endpoints,
    String clusterName,
    Duration callTimeout,
    Duration lease,
    Optional<Path> certificateAuthority,
    Optional<Path> certificate,
    Optional<Path> certificateKey) {

  public static final Duration CALL_TIMEOUT = Duration.ofSeconds(3);
  public static final Duration LEASE = Duration.ofSeconds(20);

  public EtcdConfig {
    endpoints = List.copyOf(endpoints);
  }

  /** Plain connections with the usual times. */
  public static EtcdConfig of(List<Address> endpoints, String clusterName) {
    return new EtcdConfig(
        endpoints,
        clusterName,
        CALL_TIMEOUT,
        LEASE,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** Keys {@code etcd.*} and {@code cluster}. */
  public static EtcdConfig read(Config config) {
    EtcdConfig read =
        new EtcdConfig(
            config.requiredAddresses("etcd.endpoints"),
            config.text("cluster", "keelson"),
            config.duration(
                "etcd.call-timeout", CALL_TIMEOUT, Duration.ofMillis(100), Duration.ofMinutes(1)),
            config.duration("etcd.lease", LEASE, Duration.ofSeconds(2), Duration.ofMinutes(10)),
            config.path("etcd.certificate-authority"),
            config.path("etcd.certificate"),
            config.path("etcd.certificate-key"));
    config.check(
        MetadataKeys.isPart(read.clusterName),
        "cluster must consist of [-a-z0-9_.]: '" + read.clusterName + "'");
    config.check(
        read.certificate.isPresent() == read.certificateKey.isPresent(),
        "etcd.certificate and etcd.certificate-key must be given together");
    config.check(
        read.certificate.isEmpty() || read.certificateAuthority.isPresent(),
        "etcd.certificate needs etcd.certificate-authority");
    return read;
  }
}
