package dev.keelson.datanode.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.keelson.proto.internal.v1.SnapshotRow;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PicturedRowsTest {
  private final PicturedRows rows = new PicturedRows(new InMemoryRows());

  @Test
  void a_picture_shows_all_rows_in_key_order() {
    put("b", 1);
    put("a", 2);
    rows.beginPicture(1_000);

    assertThat(rest()).containsExactly("a@2", "b@1");
  }

  @Test
  void what_changes_later_is_shown_as_it_was() {
    put("a", 1);
    put("c", 2);
    rows.beginPicture(1_000);

    put("a", 3);
    put("b", 4);
    rows.delete(key("c"));

    assertThat(rest()).containsExactly("a@1", "c@2");
    assertThat(rows.rowCount()).isEqualTo(2);
  }

  @Test
  void a_row_that_came_and_went_is_not_shown() {
    put("a", 1);
    rows.beginPicture(1_000);

    put("b", 2);
    rows.delete(key("b"));

    assertThat(rest()).containsExactly("a@1");
  }

  @Test
  void a_slice_ends_when_it_holds_enough() {
    put("a", 1);
    put("b", 2);
    rows.beginPicture(1_000);
    List<SnapshotRow> slice = new ArrayList<>();

    assertThat(rows.slice(1, slice)).as("there is more").isTrue();
    assertThat(slice).hasSize(1);
    put("a", 3);

    assertThat(rest()).as("a has been shown").containsExactly("b@2");
  }

  @Test
  void deleted_rows_are_handed_out_in_slices_too() {
    for (int i = 0; i < 100; i++) {
      put("key-%03d".formatted(i), i + 1);
    }
    rows.beginPicture(1 << 20);
    for (int i = 0; i < 100; i++) {
      rows.delete(key("key-%03d".formatted(i)));
    }
    List<SnapshotRow> slice = new ArrayList<>();

    assertThat(rows.slice(10, slice)).isTrue();

    assertThat(slice).hasSizeLessThan(5);
    assertThat(rest()).hasSize(100 - slice.size());
  }

  @Test
  void a_picture_is_given_up_when_too_much_would_have_to_be_kept() {
    put("a", 1);
    put("b", 1);
    put("c", 1);
    rows.beginPicture(200);

    put("a", 2);
    assertThat(rows.hasPicture()).isTrue();
    put("b", 2);

    assertThat(rows.hasPicture()).isFalse();
  }

  @Test
  void any_slices_between_any_writes_show_the_moment_of_the_beginning() {
    for (int seed = 0; seed < 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      PicturedRows some = new PicturedRows(new InMemoryRows());
      for (int i = 0; i < 30; i++) {
        change(some, random, i);
      }
      List<String> expected = all(some);
      some.beginPicture(1 << 20);
      List<SnapshotRow> picture = new ArrayList<>();
      int version = 100;
      boolean more = true;
      while (more) {
        for (int i = random.nextInt(4); i > 0; i--) {
          change(some, random, version++);
        }
        more = some.slice(1 + random.nextInt(60), picture);
      }

      assertThat(texts(picture)).as("seed %d", seed).containsExactlyElementsOf(expected);
    }
  }

  private static void change(PicturedRows some, SplittableRandom random, int version) {
    ByteString key = key("k" + random.nextInt(20));
    if (random.nextInt(3) == 0) {
      some.delete(key);
    } else {
      some.put(key, version, ByteString.copyFromUtf8("row " + version));
    }
  }

  private static List<String> all(PicturedRows some) {
    List<String> found = new ArrayList<>();
    some.scan(
        ByteString.EMPTY,
        ByteString.EMPTY,
        false,
        (key, row) -> found.add(key.toStringUtf8() + "@" + row.version()));
    return found;
  }

  private void put(String key, long version) {
    rows.put(key(key), version, ByteString.copyFromUtf8("row"));
  }

  private static ByteString key(String text) {
    return ByteString.copyFromUtf8(text);
  }

  private List<String> rest() {
    List<SnapshotRow> slice = new ArrayList<>();
    boolean more = true;
    while (more) {
      more = rows.slice(10, slice);
    }
    return texts(slice);
  }

  private static List<String> texts(List<SnapshotRow> slice) {
    return slice.stream().map(it -> it.getKey().toStringUtf8() + "@" + it.getVersion()).toList();
  }
}
