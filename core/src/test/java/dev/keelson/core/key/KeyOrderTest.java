package dev.keelson.core.key;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.keelson.core.schema.ColumnType;
import dev.keelson.core.schema.RowValues;
import dev.keelson.core.schema.SampleTables;
import dev.keelson.core.schema.TableSchema;
import dev.keelson.core.schema.Values;
import dev.keelson.proto.v1.Bound;
import dev.keelson.proto.v1.Tuple;
import dev.keelson.proto.v1.Value;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Keys of any columns in any directions order like their values and come back from bytes. */
class KeyOrderTest {
  private static final Comparator<ByteString> BYTES =
      ByteString.unsignedLexicographicalComparator();

  /** A table's key columns, and two keys of it that share a beginning more often than chance. */
  record Pair(List<ColumnType> types, List<Boolean> descending, List<Value> a, List<Value> b) {
    TableSchema schema() {
      return SampleTables.keyedBy(5, types, descending);
    }

    int order() {
      for (int i = 0; i < types.size(); i++) {
        int order = Values.order(types.get(i)).compare(a.get(i), b.get(i));
        if (order != 0) {
          return i > 0 && descending.get(i) ? -order : order;
        }
      }
      return 0;
    }
  }

  @Property(tries = 3_000, edgeCases = EdgeCasesMode.NONE)
  void bytes_order_like_values(@ForAll("pairs") Pair pair) {
    ByteString a = encode(pair.schema(), pair.a());
    ByteString b = encode(pair.schema(), pair.b());

    assertThat(Integer.signum(BYTES.compare(a, b))).isEqualTo(Integer.signum(pair.order()));
    assertThat(a.equals(b)).isEqualTo(pair.order() == 0);
  }

  @Property(tries = 3_000, edgeCases = EdgeCasesMode.NONE)
  void values_come_back_from_bytes(@ForAll("pairs") Pair pair) throws MalformedKeyException {
    List<Value> decoded = new KeyDecoder(pair.schema()).decode(encode(pair.schema(), pair.a()));

    assertThat(decoded).hasSameSizeAs(pair.a());
    for (int i = 0; i < decoded.size(); i++) {
      assertThat(Values.order(pair.types().get(i)).compare(decoded.get(i), pair.a().get(i)))
          .isZero();
      assertThat(decoded.get(i).getKindCase()).isEqualTo(pair.types().get(i).kind());
    }
    assertThat(encode(pair.schema(), decoded)).isEqualTo(encode(pair.schema(), pair.a()));
  }

  @Property(tries = 3_000, edgeCases = EdgeCasesMode.NONE)
  void no_key_is_the_beginning_of_another(@ForAll("pairs") Pair pair) {
    ByteString a = encode(pair.schema(), pair.a());
    ByteString b = encode(pair.schema(), pair.b());

    assertThat(a.startsWith(b)).isEqualTo(a.equals(b));
  }

  @Property(tries = 3_000, edgeCases = EdgeCasesMode.NONE)
  void a_partition_holds_its_keys_and_no_others(@ForAll("pairs") Pair pair) {
    KeyEncoder encoder = new KeyEncoder(pair.schema(), 4_096);
    KeyEncoder.Partition partition = encoder.partition(row(pair.schema(), pair.a()));
    boolean samePartition =
        Values.order(pair.types().get(0)).compare(pair.a().get(0), pair.b().get(0)) == 0;
    RowKey other = encoder.encode(row(pair.schema(), pair.b()));

    assertThat(partition.range().contains(other.bytes())).isEqualTo(samePartition);
    assertThat(KeyEncoder.table(pair.schema()).contains(other.bytes())).isTrue();
    assertThat(partition.hash())
        .isEqualTo(encoder.encode(row(pair.schema(), pair.a())).partitionHash());
    if (samePartition) {
      assertThat(other.partitionHash()).isEqualTo(partition.hash());
    }
  }

  /** Which keys a range holds is what comparing their first clustering values says. */
  @Property(tries = 3_000, edgeCases = EdgeCasesMode.NONE)
  void bounds_hold_what_comparing_values_says(
      @ForAll("pairs") Pair pair, @ForAll boolean exclusive, @ForAll("lengths") int wanted) {
    int length = Math.min(wanted, pair.types().size() - 1);
    KeyEncoder encoder = new KeyEncoder(pair.schema(), 4_096);
    KeyEncoder.Partition partition = encoder.partition(row(pair.schema(), pair.a()));
    List<Value> samePartition = withFirst(pair.a().get(0), pair.b());
    ByteString key = encode(pair.schema(), samePartition);
    Bound bound =
        Bound.newBuilder()
            .addAllPrefix(pair.a().subList(1, 1 + length))
            .setExclusive(exclusive && length > 0)
            .build();
    ByteString prefix = encoder.prefix(partition, bound.getPrefixList());
    ByteString lower = bound.getExclusive() ? KeyRange.afterPrefix(prefix) : prefix;
    ByteString upper = bound.getExclusive() ? prefix : KeyRange.afterPrefix(prefix);
    int order = clusteringOrder(pair, samePartition, length);

    boolean above = new KeyRange(lower, partition.range().upper()).contains(key);
    boolean below = new KeyRange(partition.range().lower(), upper).contains(key);

    assertThat(above).isEqualTo(bound.getExclusive() ? order > 0 : order >= 0);
    assertThat(below).isEqualTo(bound.getExclusive() ? order < 0 : order <= 0);
  }

  @Property(tries = 3_000, edgeCases = EdgeCasesMode.NONE)
  void what_is_left_of_a_range_begins_behind_the_key(@ForAll("pairs") Pair pair) {
    ByteString a = encode(pair.schema(), pair.a());
    ByteString b = encode(pair.schema(), pair.b());
    KeyRange table = KeyEncoder.table(pair.schema());

    assertThat(table.after(a).contains(b)).isEqualTo(BYTES.compare(b, a) > 0);
    assertThat(table.before(a).contains(b)).isEqualTo(BYTES.compare(b, a) < 0);
  }

  @Provide
  Arbitrary<Integer> lengths() {
    return Arbitraries.integers().between(0, 3);
  }

  @Provide
  Arbitrary<Pair> pairs() {
    return Arbitraries.randomValue(KeyOrderTest::drawnPair);
  }

  private static Pair drawnPair(Random random) {
    ColumnType[] all = ColumnType.values();
    int columns = 1 + random.nextInt(4);
    List<ColumnType> types =
        Stream.generate(() -> all[random.nextInt(all.length)]).limit(columns).toList();
    List<Boolean> directions = Stream.generate(random::nextBoolean).limit(columns).toList();
    List<Value> a = types.stream().map(it -> Values.drawnForKey(it, random)).toList();
    List<Value> b = types.stream().map(it -> Values.drawnForKey(it, random)).toList();
    return new Pair(types, directions, a, sharing(a, b, random.nextInt(columns + 1)));
  }

  private static List<Value> sharing(List<Value> a, List<Value> b, int shared) {
    return IntStream.range(0, a.size()).mapToObj(i -> i < shared ? a.get(i) : b.get(i)).toList();
  }

  private static List<Value> withFirst(Value first, List<Value> rest) {
    return IntStream.range(0, rest.size()).mapToObj(i -> i == 0 ? first : rest.get(i)).toList();
  }

  private static int clusteringOrder(Pair pair, List<Value> key, int length) {
    for (int i = 1; i <= length; i++) {
      int order = Values.order(pair.types().get(i)).compare(key.get(i), pair.a().get(i));
      if (order != 0) {
        return pair.descending().get(i) ? -order : order;
      }
    }
    return 0;
  }

  private static RowValues row(TableSchema schema, List<Value> values) {
    return RowValues.of(
        schema,
        IntStream.range(0, values.size()).boxed().toList(),
        Tuple.newBuilder().addAllValues(values).build());
  }

  private static ByteString encode(TableSchema schema, List<Value> values) {
    return new KeyEncoder(schema, 4_096).encode(row(schema, values)).bytes();
  }
}
