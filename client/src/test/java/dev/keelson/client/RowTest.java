package dev.keelson.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowTest {
  private static final Row ROW = Row.of("code", "ATL").with("gates", 192).with("note", null);

  @Test
  void aMissingColumnIsNamedBesideThoseThatAreThere() {
    assertThatThrownBy(() -> ROW.string("name"))
        .hasMessage("the row has no column name; it has code, gates, note");
  }

  @Test
  void theWrongAccessorSaysWhatTheColumnIs() {
    assertThatThrownBy(() -> ROW.string("gates")).hasMessageContaining("gates is a INT64");
    assertThatThrownBy(() -> ROW.string("note")).hasMessageContaining("note is NULL: ask isNull");
  }

  @Test
  void numbersAreWidenedAndTimesCutToMicroseconds() {
    assertThat(ROW.longValue("gates")).isEqualTo(192);
    assertThat(Row.of("x", 1.5f).doubleValue("x")).isEqualTo(1.5);
    Instant fine = Instant.parse("2001-01-01T00:00:00.123456789Z");
    assertThat(Row.of("x", fine).timestamp("x"))
        .isEqualTo(Instant.parse("2001-01-01T00:00:00.123456Z"));
    assertThatThrownBy(() -> Row.of("x", Instant.MAX)).hasMessageContaining("TIMESTAMP");
  }

  @Test
  void anObjectThatNoColumnHoldsIsRefused() {
    assertThatThrownBy(() -> Row.of("x", List.of())).hasMessageContaining("use Boolean, Long");
  }

  @Test
  void orderDoesNotMatterForEquality() {
    Row other = Row.of("note", null).with("gates", 192L).with("code", "ATL");
    assertThat(other).isEqualTo(ROW).hasSameHashCodeAs(ROW);
    assertThat(other).isNotEqualTo(ROW.with("gates", 1)).isNotEqualTo(Row.empty());
    assertThat(ROW).hasToString("{code=ATL, gates=192, note=null}");
  }

  @Test
  void aRowIsNeverChanged() {
    assertThat(ROW.with("code", "LAX").string("code")).isEqualTo("LAX");
    assertThat(ROW.string("code")).isEqualTo("ATL");
    assertThat(ROW.has("x")).isFalse();
  }
}
