package dev.keelson.datanode.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.core.shard.NodeId;
import dev.keelson.proto.internal.v1.IdentityRecord;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BootDecisionTest {
  private static final NodeId NODE = new NodeId("n1");
  private static final Duration LEASE = Duration.ofSeconds(1);

  @ParameterizedTest(name = "disk {0}, etcd {1} ⇒ boot {2} on {3}, {4}")
  @CsvSource(
      nullValues = "-",
      value = {
        // on disk, in etcd, boot, disk, notice
        "-,    -,    1,  new, -",
        "-,    d:4,  5,  new, comes with an empty one",
        "d:2,  -,    3,  d,   -",
        "d:4,  d:4,  5,  d,   -",
        "d:6,  d:4,  7,  d,   -",
        "d:3,  d:4,  5,  new, set back in time",
        "d:4,  e:4,  5,  new, disks were swapped",
        "d:9,  e:4,  10, d,   -",
        "d:2,  e:4,  5,  new, disks were swapped",
      })
  void a_start_gets_a_number_and_a_disk(
      @org.jspecify.annotations.Nullable String onDisk,
      @org.jspecify.annotations.Nullable String inEtcd,
      long boot,
      String disk,
      @org.jspecify.annotations.Nullable String notice) {
    BootDecision decision =
        BootDecision.decide(
            "c",
            NODE,
            LEASE,
            Optional.ofNullable(onDisk).map(it -> local(it, LEASE)),
            Optional.ofNullable(inEtcd).map(BootDecisionTest::etcd),
            () -> "new");

    assertThat(decision.next().boot()).isEqualTo(boot);
    assertThat(decision.next().disk()).isEqualTo(disk);
    if (notice == null) {
      assertThat(decision.notice()).isEmpty();
    } else {
      assertThat(decision.notice()).hasValueSatisfying(it -> assertThat(it).contains(notice));
    }
  }

  @Test
  void the_longest_lease_ever_promised_is_kept() {
    Duration longer = Duration.ofSeconds(9);

    assertThat(longestLeaseAfter(local("d:1", longer), LEASE)).isEqualTo(longer);
    assertThat(longestLeaseAfter(local("d:1", LEASE), longer)).isEqualTo(longer);
  }

  private static Duration longestLeaseAfter(NodeIdentity before, Duration now) {
    return BootDecision.decide("c", NODE, now, Optional.of(before), Optional.empty(), () -> "new")
        .next()
        .longestLease();
  }

  private static NodeIdentity local(String text, Duration lease) {
    String[] parts = text.split(":", -1);
    return new NodeIdentity("c", NODE, parts[0], Long.parseLong(parts[1]), lease);
  }

  private static IdentityRecord etcd(String text) {
    String[] parts = text.split(":", -1);
    return IdentityRecord.newBuilder()
        .setDiskId(parts[0])
        .setBoot(Long.parseLong(parts[1]))
        .build();
  }
}
