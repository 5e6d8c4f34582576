package dev.keelson.simulation;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keelson.simulation.check.KeyHistory;
import dev.keelson.simulation.check.Violation;
import org.junit.jupiter.api.Test;

class KeyHistoryTest {
  private final KeyHistory history = new KeyHistory("k");

  @Test
  void readsOfTheLastWriteAreFine() {
    assertThatCode(
            () -> {
              history.wrote(1, 10, 0, 5);
              history.read(1, 10, 6, 7, "LEASE");
              history.wrote(2, 11, 8, 9);
              history.read(2, 11, 10, 11, "QUORUM");
            })
        .doesNotThrowAnyException();
  }

  @Test
  void aReadThatOverlapsAWriteMaySeeEither() {
    history.wrote(1, 10, 0, 5);
    history.wrote(2, 11, 6, 20);

    assertThatCode(() -> history.read(1, 10, 7, 21, "LEASE")).doesNotThrowAnyException();
  }

  @Test
  void aStaleReadIsCaught() {
    history.wrote(1, 10, 0, 5);
    history.wrote(2, 11, 6, 7);

    assertThatThrownBy(() -> history.read(1, 10, 8, 9, "LEASE")).isInstanceOf(Violation.class);
  }

  @Test
  void aReadThatGoesBackBehindAnotherReadIsCaught() {
    history.read(2, 11, 0, 5, "LEASE");

    assertThatThrownBy(() -> history.read(1, 10, 6, 9, "LEASE")).isInstanceOf(Violation.class);
  }

  @Test
  void aLostWriteIsCaught() {
    history.wrote(1, 10, 0, 5);

    assertThatThrownBy(() -> history.read(0, 0, 6, 7, "QUORUM")).isInstanceOf(Violation.class);
  }

  @Test
  void aWriteThatTookPlaceTwiceIsCaught() {
    history.wrote(1, 10, 0, 5);

    assertThatThrownBy(() -> history.read(1, 12, 6, 7, "LEASE")).isInstanceOf(Violation.class);
  }

  @Test
  void aWritePlacedBeforeOneThatWasCompleteIsCaught() {
    history.wrote(1, 10, 0, 5);

    assertThatThrownBy(() -> history.wrote(2, 9, 6, 7)).isInstanceOf(Violation.class);
  }
}
