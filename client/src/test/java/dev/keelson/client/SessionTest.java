package dev.keelson.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keelson.proto.v1.ReadOptions;
import dev.keelson.proto.v1.SessionToken;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What reads carry of what their session has seen. */
class SessionTest {
  private static final Row ATL = Row.of("code", "ATL");

  private final FakeDatabase database = new FakeDatabase();
  private final FakeRouter router = new FakeRouter(database);
  private final KeelsonClient client = KeelsonClient.connect(router.address());
  private Table airports;

  @BeforeEach
  void tables() {
    client
        .schema()
        .createTable(TableDefinition.parse("airports (code STRING PRIMARY KEY, name STRING)"));
    airports = client.table("airports");
  }

  @AfterEach
  void close() {
    client.close();
    router.close();
  }

  @Test
  void aStaleReadCarriesWhatWasWritten() {
    Served written = airports.put(ATL.with("name", "Hartsfield")).served();

    airports.reading(Consistency.STALE).get(ATL);

    assertThat(last().getSeenList()).containsExactly(token(written.shard(), written.index()));
  }

  @Test
  void aReadCarriesTheNewestAnswerOfAShard() {
    airports.put(ATL.with("name", "one"));
    airports.put(ATL.with("name", "two"));
    Served seen = airports.lookup(ATL).served();

    airports.reading(Consistency.bounded(Duration.ofSeconds(2))).get(ATL);

    assertThat(last().getSeenList()).containsExactly(token(seen.shard(), seen.index()));
    assertThat(last().getMaxStalenessMillis()).isEqualTo(2_000);
  }

  @Test
  void whatTheLeaderAnswersNeedsNoTokens() {
    airports.put(ATL.with("name", "one"));

    airports.get(ATL);

    assertThat(last()).isEqualTo(ReadOptions.getDefaultInstance());
  }

  @Test
  void tablesOfAClientAreOneSession() {
    airports.put(ATL.with("name", "one"));

    client.table("airports").reading(Consistency.STALE).get(ATL);

    assertThat(last().getSeenCount()).isEqualTo(1);
  }

  @Test
  void anotherSessionHasSeenNothing() {
    airports.put(ATL.with("name", "one"));
    Table other = airports.within(Session.begin()).reading(Consistency.STALE);

    other.get(ATL);
    assertThat(last().getSeenCount()).isZero();
    other.get(ATL);
    assertThat(last().getSeenCount()).isEqualTo(1);
  }

  @Test
  void noSessionSeesNothing() {
    Table outside = airports.within(Session.none()).reading(Consistency.STALE);

    outside.put(ATL.with("name", "one"));
    outside.get(ATL);

    assertThat(last().getSeenCount()).isZero();
  }

  @Test
  void whatAScanHasShownIsSeen() {
    airports.put(ATL.with("name", "one"));
    Session session = Session.begin();
    Table within = airports.within(session).reading(Consistency.STALE);

    try (Rows rows = within.scanAll().rows()) {
      assertThat(rows.stream().count()).isEqualTo(1);
    }
    within.get(ATL);

    assertThat(last().getSeenCount()).isEqualTo(1);
  }

  @Test
  void whoHasSeenTooManyShardsReadsFromLeaders() {
    database.spreadAnswers();
    airports.put(ATL.with("name", "one"));
    Table stale = airports.reading(Consistency.STALE);
    for (int i = 0; i < Session.MOST_SHARDS + 1; i++) {
      stale.get(ATL);
    }

    stale.get(ATL);

    assertThat(last()).isEqualTo(ReadOptions.getDefaultInstance());
  }

  @Test
  void boundsThatMakeNoSenseAreRefused() {
    for (Duration bound :
        new Duration[] {
          Duration.ZERO, Duration.ofMillis(-1), Duration.ofNanos(999_999), Duration.ofHours(2)
        }) {
      assertThatThrownBy(() -> Consistency.bounded(bound))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("from a millisecond to an hour");
    }
  }

  private ReadOptions last() {
    List<ReadOptions> all = database.readOptions();
    return all.get(all.size() - 1);
  }

  private static SessionToken token(int shard, long index) {
    return SessionToken.newBuilder().setShard(shard).setIndex(index).build();
  }
}
