package dev.keelson.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.keelson.coordination.MetadataStore.Entry;
import dev.keelson.coordination.MetadataStore.Listing;
import dev.keelson.coordination.MetadataStore.Swap;
import dev.keelson.core.schema.DroppedTables;
import dev.keelson.proto.internal.v1.CounterRecord;
import dev.keelson.proto.internal.v1.DrainRecord;
import dev.keelson.proto.internal.v1.KeyspaceRecord;
import dev.keelson.proto.internal.v1.ReplicaRecord;
import dev.keelson.proto.internal.v1.ShardRecord;
import dev.keelson.proto.internal.v1.TableRecord;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What comes back when an etcd from a backup is adopted (R14). */
class MetadataMergeTest {
  private final InMemoryMetadataStore etcd = new InMemoryMetadataStore();
  private final Map<String, ByteString> copy = new LinkedHashMap<>();

  @Test
  void numbers_that_were_given_out_are_not_given_out_again() throws Exception {
    stored("counters/tables", counter(3));
    stored("counters/shards", counter(90_000));
    copy.put("counters/tables", counter(8));
    copy.put("counters/sessions", counter(5_001));
    copy.put("counters/shards", counter(7));

    merge();

    assertThat(next("counters/tables")).isGreaterThan(8);
    assertThat(next("counters/sessions")).isGreaterThanOrEqualTo(1_005_001);
    assertThat(next("counters/shards")).as("beyond the copy already").isEqualTo(90_000);
  }

  @Test
  void a_second_copy_raises_nothing_that_the_first_has_raised() throws Exception {
    copy.put("counters/tables", counter(8));
    merge();
    long raised = next("counters/tables");

    copy.put("counters/tables", counter(6));

    assertThat(merge()).isZero();
    assertThat(next("counters/tables")).isEqualTo(raised);
  }

  @Test
  void a_table_that_the_backup_does_not_know_comes_back() throws Exception {
    copy.put("tables/main/late", table(9));

    merge();

    assertThat(value("tables/main/late")).isEqualTo(table(9));
  }

  @Test
  void a_table_that_was_dropped_since_the_backup_goes_again() throws Exception {
    stored("tables/main/old", table(4));
    copy.put("dropped-tables", dropped(4));

    merge();

    assertThat(etcd.get("tables/main/old").toCompletableFuture().get()).isEmpty();
    assertThat(value("dropped-tables")).isEqualTo(dropped(4));
  }

  @Test
  void a_stale_copy_brings_no_dropped_table_back() throws Exception {
    stored("dropped-tables", dropped(4));
    copy.put("tables/main/old", table(4));

    assertThat(merge()).isZero();
  }

  @Test
  void a_table_that_was_made_again_under_its_name_is_the_later_one() throws Exception {
    stored("tables/main/t", table(4));
    copy.put("dropped-tables", dropped(4));
    copy.put("tables/main/t", table(9));

    merge();
    assertThat(value("tables/main/t")).isEqualTo(table(9));

    copy.clear();
    copy.put("tables/main/t", table(4));
    assertThat(merge()).as("of an older copy").isZero();
  }

  @Test
  void a_table_that_a_wrong_etcd_gave_the_id_of_another_goes() throws Exception {
    stored("tables/main/impostor", table(9));
    copy.put("tables/main/late", table(9));

    merge();

    assertThat(etcd.get("tables/main/impostor").toCompletableFuture().get()).isEmpty();
    assertThat(value("tables/main/late")).isEqualTo(table(9));
  }

  @Test
  void a_keyspace_and_its_shards_come_back() throws Exception {
    ByteString keyspace = KeyspaceRecord.newBuilder().setId(2).build().toByteString();
    copy.put("keyspaces/late", keyspace);
    copy.put("shards/12", shard(5, "a"));

    merge();

    assertThat(value("keyspaces/late")).isEqualTo(keyspace);
    assertThat(value("shards/12")).isEqualTo(shard(5, "a"));
  }

  @Test
  void the_voters_of_the_later_term_count() throws Exception {
    stored("shards/1", shard(4, "a"));
    stored("shards/2", shard(4, "a"));
    copy.put("shards/1", shard(6, "b"));
    copy.put("shards/2", shard(3, "b"));

    merge();

    assertThat(value("shards/1")).isEqualTo(shard(6, "b"));
    assertThat(value("shards/2")).isEqualTo(shard(4, "a"));
  }

  @Test
  void of_one_term_the_voters_that_no_longer_change_count() throws Exception {
    ByteString changing =
        ShardRecord.newBuilder()
            .setTerm(4)
            .addVoters(ReplicaRecord.newBuilder().setNode("a"))
            .addPreviousVoters(ReplicaRecord.newBuilder().setNode("b"))
            .build()
            .toByteString();
    stored("shards/1", changing);
    stored("shards/2", shard(4, "a"));
    copy.put("shards/1", shard(4, "a"));
    copy.put("shards/2", changing);

    merge();

    assertThat(value("shards/1")).isEqualTo(shard(4, "a"));
    assertThat(value("shards/2")).isEqualTo(shard(4, "a"));
  }

  @Test
  void drains_and_identities_stay_as_etcd_has_them() throws Exception {
    copy.put("drains/n1", DrainRecord.getDefaultInstance().toByteString());
    copy.put("identities/n1", ByteString.EMPTY);

    assertThat(merge()).isZero();
  }

  /** Until nothing is left to do; says how many swaps the first round had. */
  private int merge() throws Exception {
    Listing remembered =
        new Listing(
            copy.entrySet().stream().map(it -> new Entry(it.getKey(), it.getValue(), 77)).toList(),
            77,
            5);
    int first = round(remembered);
    int rounds = 0;
    while (round(remembered) > 0) {
      assertThat(rounds++).isLessThan(3);
    }
    return first;
  }

  private int round(Listing remembered) throws Exception {
    List<Swap> swaps = MetadataMerge.swaps(etcd.list("").toCompletableFuture().get(), remembered);
    for (Swap swap : swaps) {
      assertThat(etcd.swap(swap).toCompletableFuture().get())
          .isInstanceOf(MetadataStore.SwapResult.Swapped.class);
    }
    return swaps.size();
  }

  private void stored(String key, ByteString value) throws Exception {
    etcd.swap(Swap.put(key, 0, value)).toCompletableFuture().get();
  }

  private ByteString value(String key) throws Exception {
    return etcd.get(key).toCompletableFuture().get().orElseThrow().value();
  }

  private long next(String key) throws Exception {
    return CounterRecord.parseFrom(value(key)).getNext();
  }

  private static ByteString counter(long next) {
    return CounterRecord.newBuilder().setNext(next).build().toByteString();
  }

  private static ByteString table(int id) {
    return TableRecord.newBuilder().setId(id).build().toByteString();
  }

  private static ByteString dropped(int id) {
    return DroppedTables.NONE.with(id).toRecord().toByteString();
  }

  private static ByteString shard(long term, String voter) {
    return ShardRecord.newBuilder()
        .setTerm(term)
        .addVoters(ReplicaRecord.newBuilder().setNode(voter))
        .build()
        .toByteString();
  }
}
