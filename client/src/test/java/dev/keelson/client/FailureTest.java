package dev.keelson.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keelson.client.KeelsonException.Category;
import dev.keelson.proto.v1.Answer;
import dev.keelson.proto.v1.Error;
import dev.keelson.proto.v1.ErrorCategory;
import dev.keelson.proto.v1.GetResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the client does about everything that can go wrong on the way. */
class FailureTest {
  private static final Error NOT_LEADER =
      FakeDatabase.error("NOT_LEADER", ErrorCategory.UNAVAILABLE, "Another node leads.");
  private static final Row KEY = Row.of("code", "ATL");

  private final FakeDatabase database = new FakeDatabase();
  private final List<AutoCloseable> open = new ArrayList<>();

  FailureTest() {
    database.create(
        TableDefinition.parse("airports (code STRING PRIMARY KEY, name STRING)").toProto(), false);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private FakeRouter router() {
    FakeRouter router = new FakeRouter(database);
    open.add(router);
    return router;
  }

  private KeelsonClient client(FakeRouter... routers) {
    return client(Duration.ofSeconds(20), routers);
  }

  private KeelsonClient client(Duration timeout, FakeRouter... routers) {
    KeelsonClient.Builder builder = KeelsonClient.builder().timeout(timeout);
    for (FakeRouter router : routers) {
      builder.router(router.address());
    }
    KeelsonClient client = builder.build();
    open.add(0, client);
    return client;
  }

  @Test
  void aWriteWhoseAnswerIsLostIsSentAgainAndAppliedOnce() {
    FakeRouter router = router();
    Table airports = client(router).table("airports");
    router.loseAnswers(2);
    airports.insert(KEY);
    assertThat(database.writesApplied()).isEqualTo(1);
    assertThat(router.calls()).isEqualTo(3);
  }

  @Test
  void aWriteGoesOverAnotherRouterWhenItsStreamBreaks() {
    FakeRouter first = router();
    FakeRouter second = router();
    Table airports = client(first, second).table("airports");
    first.loseAnswers(1);
    second.loseAnswers(1);
    airports.insert(KEY);
    assertThat(database.writesApplied()).isEqualTo(1);
    assertThat(first.calls()).isPositive();
    assertThat(second.calls()).isPositive();
  }

  @Test
  void unavailabilityIsWaitedOut() {
    FakeRouter router = router();
    Table airports = client(router).table("airports");
    router.refuse(NOT_LEADER, 3);
    airports.put(KEY);
    router.refuse(NOT_LEADER, 3);
    assertThat(airports.get(KEY)).isPresent();
  }

  @Test
  void anUnknownOutcomeIsAskedAgainUnderTheSameName() {
    FakeRouter router = router();
    Table airports = client(router).table("airports");
    Error unknown = NOT_LEADER.toBuilder().setOutcomeUnknown(true).build();
    router.refuse(unknown, 1);
    airports.insert(KEY);
    assertThat(database.writesApplied()).isEqualTo(1);
    assertThat(database.sessionsOpened()).isEqualTo(1);
  }

  @Test
  void aWriteThatWasNeverAppliedGetsANewSessionWhenItsOwnIsGone() {
    FakeRouter router = router();
    Table airports = client(router).table("airports");
    airports.put(KEY);
    database.forgetSessions();
    airports.put(KEY.with("name", "new"));
    assertThat(database.sessionsOpened()).isEqualTo(2);
    assertThat(database.writesApplied()).isEqualTo(2);
  }

  @Test
  void aWriteThatMayHaveBeenAppliedIsNeverRenamed() {
    FakeRouter router = router();
    Table airports = client(router).table("airports");
    airports.put(KEY);
    router.refuse(NOT_LEADER.toBuilder().setOutcomeUnknown(true).build(), 1);
    router.refuse(
        FakeDatabase.error("SESSION_EXPIRED", ErrorCategory.CONFLICT, "Open a new session."), 1);
    assertThatThrownBy(() -> airports.put(KEY))
        .isInstanceOfSatisfying(
            KeelsonException.class,
            failure -> {
              assertThat(failure.code()).isEqualTo("OUTCOME_UNKNOWN");
              assertThat(failure.outcomeUnknown()).isTrue();
            });
    assertThat(database.writesApplied()).isEqualTo(1);
  }

  @Test
  void aCallEndsAtItsDeadlineAndSaysWhetherTheOutcomeIsKnown() {
    FakeRouter router = router();
    Table airports = client(Duration.ofMillis(300), router).table("airports");
    airports.put(KEY);
    router.hold();
    assertThatThrownBy(() -> airports.get(KEY))
        .isInstanceOfSatisfying(
            KeelsonException.class,
            failure -> {
              assertThat(failure.code()).isEqualTo("DEADLINE_EXCEEDED");
              assertThat(failure.category()).isEqualTo(Category.UNAVAILABLE);
              assertThat(failure.outcomeUnknown()).isFalse();
            });
    assertThatThrownBy(() -> airports.put(KEY))
        .isInstanceOfSatisfying(
            KeelsonException.class, failure -> assertThat(failure.outcomeUnknown()).isTrue());
    router.release();
    // The late answers belong to nobody now, and the stream still works.
    assertThat(airports.get(KEY)).isPresent();
  }

  @Test
  void aWriteThatOnlyMetRefusalsIsKnownNotToBeApplied() {
    FakeRouter router = router();
    Table airports = client(Duration.ofMillis(300), router).table("airports");
    router.refuse(NOT_LEADER, 1_000);
    assertThatThrownBy(() -> airports.put(KEY))
        .hasMessageContaining("Another node leads.")
        .isInstanceOfSatisfying(
            KeelsonException.class, failure -> assertThat(failure.outcomeUnknown()).isFalse());
  }

  @Test
  void answersMayComeInAnyOrder() {
    FakeRouter router = router();
    KeelsonClient client = client(router);
    AsyncTable airports = client.table("airports").async();
    for (int i = 0; i < 10; i++) {
      client.table("airports").put(Row.of("code", "A" + i).with("name", "n" + i));
    }
    router.hold();
    List<CompletableFuture<Lookup>> answers = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      answers.add(airports.get(Row.of("code", "A" + i)));
    }
    await().until(() -> router.heldCount() == 10);
    router.release();
    for (int i = 0; i < 10; i++) {
      assertThat(answers.get(i).join().row().orElseThrow().string("name")).isEqualTo("n" + i);
    }
  }

  @Test
  void callsOfOneTurnTravelInFewFrames() {
    FakeRouter router = router();
    KeelsonClient client = client(router);
    client.table("airports").put(KEY);
    AsyncTable airports = client.table("airports").async();
    int before = router.frames();
    // The first answer is held until its continuation is in place: so the event loop itself submits
    // the others, and all of them arrive in one turn.
    router.hold();
    CompletableFuture<List<CompletableFuture<Lookup>>> submitted =
        airports
            .get(KEY)
            .thenApply(
                ignored -> {
                  List<CompletableFuture<Lookup>> started = new ArrayList<>();
                  for (int i = 0; i < 500; i++) {
                    started.add(airports.get(KEY));
                  }
                  return started;
                });
    await().until(() -> router.heldCount() == 1);
    router.release();
    List<CompletableFuture<Lookup>> answers = submitted.join();
    answers.forEach(CompletableFuture::join);
    assertThat(router.frames() - before).isEqualTo(2);
  }

  @Test
  void asynchronousCallsBeyondTheLimitFailAtOnceAndBlockingOnesWait() {
    FakeRouter router = router();
    KeelsonClient client = KeelsonClient.builder().router(router.address()).maxInFlight(2).build();
    open.add(0, client);
    client.table("airports").put(KEY);
    AsyncTable airports = client.table("airports").async();
    router.hold();
    List<CompletableFuture<Lookup>> inFlight = List.of(airports.get(KEY), airports.get(KEY));
    await().until(() -> router.heldCount() == 2);
    assertThat(airports.get(KEY))
        .failsWithin(Duration.ofSeconds(1))
        .withThrowableThat()
        .havingCause()
        .isInstanceOfSatisfying(
            KeelsonException.class,
            failure -> assertThat(failure.code()).isEqualTo("CLIENT_OVERLOADED"));
    CompletableFuture<Boolean> waiting =
        CompletableFuture.supplyAsync(() -> client.table("airports").get(KEY).isPresent());
    assertThat(waiting).isNotDone();
    router.release();
    assertThat(waiting.join()).isTrue();
    assertThat(inFlight).allSatisfy(answer -> assertThat(answer.join().row()).isPresent());
  }

  @Test
  void callsAreSpreadOverTheRouters() {
    FakeRouter first = router();
    FakeRouter second = router();
    Table airports = client(first, second).table("airports");
    await()
        .until(
            () -> {
              airports.get(KEY);
              return first.calls() > 10 && second.calls() > 10;
            });
  }

  @Test
  void aRouterThatGoesAndComesBackIsUsedAgain() {
    FakeRouter staying = router();
    FakeRouter going = new FakeRouter(database);
    int port = going.port();
    Table airports = client(staying, going).table("airports");
    await().until(() -> airports.get(KEY).isEmpty() && going.calls() > 0);
    going.close();
    for (int i = 0; i < 50; i++) {
      airports.put(KEY);
    }
    FakeRouter back = new FakeRouter(database, port);
    open.add(back);
    await().until(() -> airports.get(KEY).isPresent() && back.calls() > 0);
    assertThat(database.writesApplied()).isEqualTo(50);
  }

  @Test
  void aRouterThatOwesAnswersAndIsSilentIsGivenUp() {
    FakeRouter silent = router();
    FakeRouter good = router();
    silent.hold();
    Table airports = client(silent, good).table("airports");
    for (int i = 0; i < 3; i++) {
      airports.put(KEY);
    }
    assertThat(database.writesApplied()).isEqualTo(3);
  }

  @Test
  void nobodyListeningIsSaidWithTheAddress() {
    FakeRouter gone = router();
    gone.close();
    KeelsonClient client =
        KeelsonClient.builder()
            .router(gone.address())
            .connectTimeout(Duration.ofMillis(300))
            .build();
    open.add(0, client);
    assertThatThrownBy(() -> client.table("airports").put(KEY))
        .hasMessageContaining("No router can be reached")
        .hasMessageContaining(gone.address())
        .hasMessageContaining("refused");
    assertThatThrownBy(() -> client.schema().tables()).hasMessageContaining(gone.address());
  }

  @Test
  void answersToNobodyAndDoubledAnswersDoNoHarm() {
    FakeRouter router = router();
    Table airports = client(router).table("airports");
    router.disturb(
        answer ->
            List.of(
                Answer.newBuilder().setId(999_999).build(),
                Answer.getDefaultInstance(),
                answer,
                answer));
    for (int i = 0; i < 20; i++) {
      airports.put(KEY);
      assertThat(airports.get(KEY)).isPresent();
    }
  }

  @Test
  void anAnswerOfTheWrongKindFailsItsCallAlone() {
    FakeRouter router = router();
    Table airports = client(router).table("airports");
    router.disturb(
        answer ->
            List.of(
                answer.hasWrite()
                    ? answer.toBuilder().setGet(GetResponse.getDefaultInstance()).build()
                    : answer));
    assertThatThrownBy(() -> airports.put(KEY))
        .isInstanceOfSatisfying(
            KeelsonException.class,
            failure -> {
              assertThat(failure.code()).isEqualTo("BAD_ANSWER");
              assertThat(failure.outcomeUnknown()).isTrue();
            });
    assertThat(airports.get(KEY)).isPresent();
  }

  @Test
  void closingTheClientEndsWhatIsInFlight() {
    FakeRouter router = router();
    KeelsonClient client = client(router);
    client.table("airports").put(KEY);
    router.hold();
    CompletableFuture<WriteResult> write = client.table("airports").async().put(KEY);
    await().until(() -> router.heldCount() == 1);
    client.close();
    assertThat(write)
        .failsWithin(Duration.ofSeconds(5))
        .withThrowableThat()
        .havingCause()
        .isInstanceOfSatisfying(
            KeelsonException.class,
            failure -> {
              assertThat(failure.code()).isEqualTo("CLIENT_CLOSED");
              assertThat(failure.outcomeUnknown()).isTrue();
            });
  }
}
