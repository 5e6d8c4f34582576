package dev.keelson.core.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.v1.Consistency;
import dev.keelson.proto.v1.ReadOptions;
import dev.keelson.proto.v1.SessionToken;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadLevelTest {
  @Test
  void leadersAnswerUnlessSomethingElseIsAskedFor() {
    ReadLevel level = ReadLevel.of(ReadOptions.getDefaultInstance());

    assertThat(level).isEqualTo(new ReadLevel.Linearizable(false));
    assertThat(level.mayFollow()).isFalse();
  }

  @Test
  void boundedReadsAreForAnyReplicaUnlessClocksAreNotTrusted() {
    ReadOptions.Builder options = bounded(250);

    assertThat(ReadLevel.of(options.build()))
        .isEqualTo(new ReadLevel.Bounded(Duration.ofMillis(250), false))
        .returns(true, ReadLevel::mayFollow);
    assertThat(ReadLevel.of(options.setConfirmByQuorum(true).build()).mayFollow()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 3_600_001, Long.MAX_VALUE})
  void boundsThatMakeNoSenseAreRefused(long millis) {
    assertThatThrownBy(() -> ReadLevel.of(bounded(millis).build()))
        .isInstanceOfSatisfying(
            DatabaseException.class,
            why -> {
              assertThat(why.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
              assertThat(why.message()).contains("1 to 3600000", String.valueOf(millis));
            });
  }

  @Test
  void aTokenIsForItsShard() {
    SessionTokens tokens = SessionTokens.of(seen(3, 40).addSeen(token(4, 9)).build());

    assertThat(tokens.leastIndex(new ShardId(3))).isEqualTo(40);
    assertThat(tokens.leastIndex(new ShardId(4))).isEqualTo(9);
    assertThat(tokens.leastIndex(new ShardId(5))).isZero();
  }

  @Test
  void ofSeveralTokensOfAShardTheGreatestCounts() {
    SessionTokens tokens = SessionTokens.of(seen(3, 40).addSeen(token(3, 9)).build());

    assertThat(tokens.leastIndex(new ShardId(3))).isEqualTo(40);
    assertThat(tokens.with(new ShardId(3), 50).leastIndex(new ShardId(3))).isEqualTo(50);
    assertThat(tokens.with(new ShardId(3), 30)).isSameAs(tokens);
  }

  @Test
  void tooManyTokensAreRefused() {
    ReadOptions.Builder many = ReadOptions.newBuilder();
    for (int shard = 0; shard <= SessionTokens.MOST; shard++) {
      many.addSeen(token(shard, 1));
    }

    assertThatThrownBy(() -> SessionTokens.of(many.build()))
        .isInstanceOf(DatabaseException.class)
        .hasMessageContaining("1024");
  }

  @Test
  void anIndexThatNoLogCanHaveIsRefused() {
    assertThatThrownBy(() -> SessionTokens.of(seen(3, -1).build()))
        .isInstanceOf(DatabaseException.class);
  }

  private static ReadOptions.Builder bounded(long millis) {
    return ReadOptions.newBuilder()
        .setConsistency(Consistency.BOUNDED)
        .setMaxStalenessMillis(millis);
  }

  private static ReadOptions.Builder seen(int shard, long index) {
    return ReadOptions.newBuilder().addSeen(token(shard, index));
  }

  private static SessionToken token(int shard, long index) {
    return SessionToken.newBuilder().setShard(shard).setIndex(index).build();
  }
}
