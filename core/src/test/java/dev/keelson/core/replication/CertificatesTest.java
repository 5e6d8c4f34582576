package dev.keelson.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.CertificateAnswer;
import dev.keelson.proto.internal.v1.CertificateQuestion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CertificatesTest {
  private static final NodeId LEADER = new NodeId("leader");
  private static final ShardId ONE = new ShardId(1);
  private static final ShardId TWO = new ShardId(2);
  private static final Position COMMITTED = new Position(3, 40, 5);
  private static final long LONG = 1_000_000_000L;

  private final Certificates follower = new Certificates(7, ReplicationSettings.DEFAULTS);
  private final List<String> heard = new ArrayList<>();

  @Test
  void nothingIsAskedUntilSomebodyWaits() {
    assertThat(follower.peers()).isEmpty();
    assertThat(follower.ask(LEADER, 10)).isEmpty();
  }

  @Test
  void oneQuestionIsForAllShardsThatAreWanted() {
    follower.want(LEADER, TWO, 10);
    follower.want(LEADER, ONE, 10);
    follower.want(LEADER, ONE, 10);

    assertThat(question(10).getShardsList()).containsExactly(1, 2);
  }

  @Test
  void aCertificateIsDatedByWhenItWasAskedFor() {
    follower.want(LEADER, ONE, 10);
    CertificateAnswer answer = certified(question(10));

    follower.receive(LEADER, answer, new Heard());

    assertThat(heard).containsExactly("1 at 10: 40");
  }

  @Test
  void whatIsWantedMeanwhileGoesWithTheNextQuestion() {
    follower.want(LEADER, ONE, 10);
    CertificateQuestion first = question(10);
    follower.want(LEADER, TWO, 11);
    assertThat(follower.ask(LEADER, 11)).isEmpty();

    follower.receive(LEADER, certified(first), new Heard());

    assertThat(question(12).getShardsList()).containsExactly(2);
  }

  @Test
  void aReadThatComesWhileItsShardIsAskedForSharesTheQuestion() {
    follower.want(LEADER, ONE, 10);
    CertificateQuestion first = question(10);
    follower.want(LEADER, ONE, 11);

    follower.receive(LEADER, certified(first), new Heard());

    assertThat(follower.peers()).isEmpty();
  }

  @Test
  void aLeaderWithoutALeaseCertifiesNothing() {
    follower.want(LEADER, ONE, 10);
    follower.want(LEADER, TWO, 10);
    CertificateAnswer answer =
        Certificates.answer(
            question(10), shard -> shard.equals(ONE) ? Optional.of(COMMITTED) : Optional.empty());

    follower.receive(LEADER, answer, new Heard());

    assertThat(heard).containsExactly("1 at 10: 40", "2 not");
  }

  @Test
  void anAnswerToAnEarlierQuestionHasNoDate() {
    follower.want(LEADER, ONE, 10);
    CertificateAnswer late = certified(question(10));
    follower.want(LEADER, ONE, 10 + LONG);
    CertificateAnswer second = certified(question(10 + LONG));

    follower.receive(LEADER, late, new Heard());
    assertThat(heard).isEmpty();
    follower.receive(LEADER, second, new Heard());
    assertThat(heard).containsExactly("1 at " + (10 + LONG) + ": 40");
  }

  @Test
  void anAnswerToAnEarlierProcessHasNoDate() {
    Certificates earlier = new Certificates(6, ReplicationSettings.DEFAULTS);
    earlier.want(LEADER, ONE, 10);
    CertificateAnswer late = certified(earlier.ask(LEADER, 10).orElseThrow());
    follower.want(LEADER, ONE, 20);
    question(20);

    follower.receive(LEADER, late, new Heard());

    assertThat(heard).isEmpty();
  }

  @Test
  void aQuestionThatGotLostIsAskedAgain() {
    follower.want(LEADER, ONE, 10);
    question(10);
    follower.want(LEADER, ONE, 10 + LONG);
    question(10 + LONG);

    follower.restart(LEADER);
    follower.want(LEADER, ONE, 11 + LONG);

    assertThat(question(11 + LONG).getShardsList()).containsExactly(1);
  }

  @Test
  void anAnswerThatComesTwiceCountsOnce() {
    follower.want(LEADER, ONE, 10);
    CertificateAnswer answer = certified(question(10));

    follower.receive(LEADER, answer, new Heard());
    follower.receive(LEADER, answer, new Heard());

    assertThat(heard).hasSize(1);
  }

  private CertificateQuestion question(long now) {
    return follower.ask(LEADER, now).orElseThrow();
  }

  private static CertificateAnswer certified(CertificateQuestion question) {
    return Certificates.answer(question, shard -> Optional.of(COMMITTED));
  }

  private final class Heard implements Certificates.Followers {
    @Override
    public void certified(ShardId shard, long askedAt, Position committed) {
      heard.add(shard.number() + " at " + askedAt + ": " + committed.index());
    }

    @Override
    public void notCertified(ShardId shard) {
      heard.add(shard.number() + " not");
    }
  }
}
