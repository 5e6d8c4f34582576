package dev.keelson.core.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keelson.core.schema.DroppedTables.Range;
import dev.keelson.proto.internal.v1.DroppedTablesRecord;
import dev.keelson.proto.internal.v1.IdRange;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class DroppedTablesTest {
  @Property
  void it_holds_what_was_added_in_as_few_ranges_as_can_be(
      @ForAll List<@IntRange(min = 1, max = 40) Integer> dropped) {
    DroppedTables tables = DroppedTables.NONE;
    for (int table : dropped) {
      tables = tables.with(table);
    }

    int ranges = 0;
    for (int table = 1; table <= 41; table++) {
      assertThat(tables.contains(table)).isEqualTo(dropped.contains(table));
      ranges += dropped.contains(table) && !dropped.contains(table - 1) ? 1 : 0;
    }
    assertThat(tables.ranges()).hasSize(ranges);
    assertThat(DroppedTables.fromRecord(tables.toRecord())).isEqualTo(tables);
  }

  @Test
  void neighbours_grow_together() {
    assertThat(DroppedTables.NONE.with(3).with(5).with(4).ranges())
        .containsExactly(new Range(3, 6));
  }

  @Test
  void a_record_that_nobody_writes_is_refused() {
    DroppedTablesRecord overlapping =
        DroppedTablesRecord.newBuilder()
            .addRanges(IdRange.newBuilder().setStart(1).setEnd(5))
            .addRanges(IdRange.newBuilder().setStart(4).setEnd(6))
            .build();
    DroppedTablesRecord all =
        DroppedTablesRecord.newBuilder().addRanges(IdRange.newBuilder().setEnd(-1)).build();

    assertThatThrownBy(() -> DroppedTables.fromRecord(overlapping))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> DroppedTables.fromRecord(all))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
