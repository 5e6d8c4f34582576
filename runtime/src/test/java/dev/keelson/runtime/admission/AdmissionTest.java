package dev.keelson.runtime.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.limit.Limits;
import dev.keelson.runtime.config.Config;
import dev.keelson.runtime.config.LimitsConfig;
import dev.keelson.runtime.metrics.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private static final Limits LIMITS =
      Config.of(
          Map.of(
              "limits.in-flight-per-connection", "3",
              "limits.in-flight-per-process", "5",
              "limits.in-flight-size-per-connection", "32MiB",
              "limits.in-flight-size-per-process", "48MiB"),
          LimitsConfig::read);
  private static final long MIB = 1 << 20;

  private final Admission admission = new Admission(LIMITS);

  private static Optional<ErrorCode> enter(Admission.Gate gate, long size) {
    return gate.enter(size).map(error -> error.code());
  }

  @Test
  void a_connection_is_held_to_its_count_and_freed_by_answers() {
    Admission.Gate gate = admission.connect();
    for (int i = 0; i < 3; i++) {
      assertThat(enter(gate, 1)).isEmpty();
    }
    assertThat(enter(gate, 1)).contains(ErrorCode.TOO_MANY_IN_FLIGHT);
    gate.leave(1);
    assertThat(enter(gate, 1)).isEmpty();
    assertThat(admission.requestsInFlight()).isEqualTo(3);
  }

  @Test
  void a_connection_is_held_to_its_bytes() {
    Admission.Gate gate = admission.connect();
    assertThat(enter(gate, 20 * MIB)).isEmpty();
    assertThat(enter(gate, 20 * MIB)).contains(ErrorCode.TOO_MANY_IN_FLIGHT);
    assertThat(enter(gate, 12 * MIB)).isEmpty();
  }

  @Test
  void the_process_is_held_to_its_count_and_bytes_whoever_fills_them() {
    Admission.Gate one = admission.connect();
    Admission.Gate two = admission.connect();
    assertThat(enter(one, 30 * MIB)).isEmpty();
    assertThat(enter(two, 30 * MIB)).contains(ErrorCode.OVERLOADED);
    assertThat(enter(two, 10 * MIB)).isEmpty();
    assertThat(enter(one, 1)).isEmpty();
    assertThat(enter(one, 1)).isEmpty();
    assertThat(enter(two, 1)).isEmpty();
    assertThat(enter(two, 1)).contains(ErrorCode.OVERLOADED);
  }

  @Test
  void what_was_refused_leaves_nothing_behind_even_with_many_threads() throws Exception {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Admission.Gate gate = admission.connect();
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int round = 0; round < 20_000; round++) {
                      if (gate.enter(MIB).isEmpty()) {
                        gate.leave(MIB);
                      }
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(admission.requestsInFlight()).isZero();
    assertThat(admission.bytesInFlight()).isZero();
  }

  @Test
  void metrics_show_what_is_in_flight() {
    Metrics metrics = new Metrics("1.2.3");
    AdmissionMetrics.register(admission, metrics);
    assertThat(admission.connect().enter(100)).isEmpty();

    assertThat(metrics.text())
        .contains("keelson_requests_in_flight 1.0")
        .contains("keelson_requests_in_flight_bytes 100.0")
        .contains("keelson_requests_refused_total 0.0")
        .contains("keelson_build_info{version=\"1.2.3\",} 1.0");
  }
}
