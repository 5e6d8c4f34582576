package dev.keelson.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SimulationTest {
  @Test
  void noInvariantBreaksInAThousandRuns() {
    assertThat(SimulationMain.run(1, 1_000, 250)).isZero();
  }

  @Test
  @Tag("long")
  void noInvariantBreaksInTwentyThousandRuns() {
    assertThat(SimulationMain.run(100_000, 20_000, 1_000)).isZero();
  }

  @Test
  void theSameSeedDoesTheSame() {
    assertThat(Simulation.run(42)).isEqualTo(Simulation.run(42));
  }

  @Test
  void aRunDoesSomething() {
    Simulation.Report report = Simulation.run(7);

    assertThat(report.operations()).isGreaterThan(20);
    assertThat(report.committed()).isGreaterThan(10);
    assertThat(report.leaderships()).isPositive();
  }
}
