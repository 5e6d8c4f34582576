package dev.keelson.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.keelson.coordination.CatalogStore.KeyspaceDefaults;
import dev.keelson.coordination.InMemoryMetadataStore.Fault;
import dev.keelson.coordination.MetadataStore.Swap;
import dev.keelson.coordination.MetadataStore.SwapResult;
import dev.keelson.core.limit.Limits;
import dev.keelson.core.schema.TableSchema;
import dev.keelson.proto.v1.KeyspaceDefinition;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CatalogWatchTest {
  private final InMemoryMetadataStore store = new InMemoryMetadataStore();
  private final CatalogStore catalog =
      new CatalogStore(store, Limits.DEFAULTS, new KeyspaceDefaults(12, 3));

  @BeforeEach
  void createDefaultKeyspace() {
    var unused = catalog.createKeyspace(KeyspaceDefinition.newBuilder().setName("main").build());
  }

  @Test
  void the_catalog_follows_what_is_created_and_dropped() {
    try (CatalogWatch watch = CatalogWatch.start(store)) {
      assertThat(watch.isReady()).isTrue();
      assertThat(watch.current().keyspace("main")).isPresent();

      TableSchema table = catalog.createTable(CatalogStoreTest.table("", "t"), false);
      assertThat(watch.current().table("main", "t")).contains(table);
      assertThat(watch.current().table(table.id())).contains(table);
      assertThat(watch.current().tablesOf("main")).containsExactly(table);

      Catalog before = watch.current();
      assertThat(catalog.dropTable("", "t", false)).isTrue();
      assertThat(watch.current().tables()).isEmpty();
      assertThat(before.tables()).containsExactly(table);
    }
  }

  @Test
  void a_catalog_isnt_ready_before_it_was_read_once() {
    store.fail(Fault.AWAY);
    try (CatalogWatch watch = CatalogWatch.start(store)) {
      assertThat(watch.isReady()).isFalse();
      store.fail(Fault.NONE);
      assertThat(watch.isReady()).isTrue();
    }
  }

  @Test
  void a_record_that_cant_be_read_hides_only_itself() {
    TableSchema table = catalog.createTable(CatalogStoreTest.table("", "good"), false);
    SwapResult written =
        store
            .swap(Swap.put("tables/main/bad", 0, ByteString.copyFromUtf8("not a record")))
            .toCompletableFuture()
            .join();
    assertThat(written).isInstanceOf(SwapResult.Swapped.class);

    try (CatalogWatch watch = CatalogWatch.start(store)) {
      assertThat(watch.current().tables()).containsExactly(table);
    }
  }

  @Test
  void waiting_ends_when_the_catalog_shows_it_or_when_the_time_is_over() throws Exception {
    try (CatalogWatch watch = CatalogWatch.start(store)) {
      Thread creator =
          Thread.ofVirtual()
              .start(
                  () -> {
                    var unused = catalog.createTable(CatalogStoreTest.table("", "t"), false);
                  });
      assertThat(
              watch.await(
                  catalogNow -> catalogNow.table("main", "t").isPresent(), Duration.ofSeconds(20)))
          .isPresent();
      creator.join();
      assertThat(watch.await(catalogNow -> false, Duration.ofMillis(1))).isEmpty();
    }
  }
}
