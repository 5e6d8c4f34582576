package dev.keelson.datanode.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class KeyIndexTest {
  private static final byte[] NO_BOUND = {};

  @Property(tries = 300)
  void behaves_like_a_sorted_set(@ForAll long seed) {
    Random random = new Random(seed);
    Keys keys = new Keys(random);
    KeyIndex index = new KeyIndex();
    TreeSet<byte[]> model = new TreeSet<>(Arrays::compareUnsigned);
    boolean shrinking = false;
    for (int i = 0; i < 3000; i++) {
      shrinking = random.nextInt(500) == 0 ? !shrinking : shrinking;
      byte[] key = keys.next();
      if (random.nextInt(10) < (shrinking ? 3 : 7)) {
        assertThat(index.add(key)).isEqualTo(model.add(key));
      } else {
        byte[] near = model.ceiling(key);
        byte[] gone = near == null ? key : near;
        assertThat(index.remove(gone)).isEqualTo(model.remove(gone));
      }
      if (i % 100 == 0) {
        checkRange(index, model, keys.next(), random.nextInt(3) == 0 ? NO_BOUND : keys.next());
      }
    }
    assertThat(index.size()).isEqualTo(model.size());
    checkRange(index, model, NO_BOUND, NO_BOUND);
  }

  private static void checkRange(
      KeyIndex index, TreeSet<byte[]> model, byte[] lower, byte[] upper) {
    NavigableSet<byte[]> range = model.tailSet(lower, true);
    if (upper.length > 0) {
      range =
          Arrays.compareUnsigned(lower, upper) < 0
              ? range.headSet(upper, false)
              : new TreeSet<>(Arrays::compareUnsigned);
    }
    assertThat(visited(index, lower, upper, false)).containsExactlyElementsOf(range);
    assertThat(visited(index, lower, upper, true)).containsExactlyElementsOf(range.descendingSet());
  }

  private static List<byte[]> visited(KeyIndex index, byte[] lower, byte[] upper, boolean reverse) {
    List<byte[]> visited = new ArrayList<>();
    index.visit(lower, upper, reverse, visited::add);
    return visited;
  }

  @Test
  void long_common_beginnings_do_not_overflow() {
    KeyIndex index = new KeyIndex();
    for (int i = 0; i < 1000; i++) {
      byte[] key = new byte[4096];
      Arrays.fill(key, (byte) 7);
      key[4094] = (byte) (i >> 8);
      key[4095] = (byte) i;
      index.add(key);
    }
    assertThat(index.add(new byte[] {9})).isTrue();
    assertThat(index.add(new byte[] {1})).isTrue();
    assertThat(index.add(NO_BOUND)).isTrue();

    assertThat(visited(index, NO_BOUND, NO_BOUND, false)).hasSize(1003);
    assertThat(index.page(new byte[] {8}, 10)).containsExactly(new byte[] {9});
  }

  @Test
  void a_visitor_that_has_enough_ends_the_visit() {
    KeyIndex index = new KeyIndex();
    for (int i = 0; i < 1000; i++) {
      index.add(new byte[] {(byte) (i >> 8), (byte) i});
    }
    List<byte[]> seen = new ArrayList<>();
    index.visit(
        NO_BOUND,
        NO_BOUND,
        true,
        key -> {
          seen.add(key);
          return seen.size() < 3;
        });

    assertThat(seen)
        .containsExactly(
            new byte[] {3, (byte) 0xE7}, new byte[] {3, (byte) 0xE6}, new byte[] {3, (byte) 0xE5});
  }

  /**
   * Keys as they come: in families with long common beginnings, sometimes ascending, sometimes odd.
   */
  private static final class Keys {
    private final Random random;
    private final byte[][] families = new byte[5][];
    private int counter;

    Keys(Random random) {
      this.random = random;
      for (int i = 0; i < families.length; i++) {
        families[i] = new byte[random.nextInt(i == 0 ? 3000 : 40)];
        random.nextBytes(families[i]);
      }
    }

    byte[] next() {
      byte[] family = families[random.nextInt(families.length)];
      int kind = random.nextInt(10);
      if (kind == 0) {
        return Arrays.copyOf(family, random.nextInt(family.length + 1));
      }
      byte[] key = Arrays.copyOf(family, family.length + 4);
      int number = kind < 5 ? counter++ : random.nextInt(100_000);
      key[family.length] = (byte) (number >> 24);
      key[family.length + 1] = (byte) (number >> 16);
      key[family.length + 2] = (byte) (number >> 8);
      key[family.length + 3] = (byte) number;
      return key;
    }
  }
}
