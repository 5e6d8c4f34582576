package dev.keelson.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class EtcdOutageTest {
  private static final long SECOND = 1_000_000_000L;

  private final Logger logger = (Logger) LoggerFactory.getLogger(EtcdOutage.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  @BeforeEach
  void listen() {
    lines.start();
    logger.setLevel(Level.INFO);
    logger.setAdditive(false);
    logger.addAppender(lines);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(lines);
    logger.setAdditive(true);
    logger.setLevel(null);
  }

  private List<String> said() {
    return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void attempts_are_no_news_but_the_beginning_and_every_half_minute_are() {
    EtcdOutage outage = new EtcdOutage(1);

    for (int second = 0; second <= 70; second++) {
      outage.failed("a", "refused", second * SECOND);
    }
    outage.answered(75 * SECOND);
    outage.answered(76 * SECOND);

    assertThat(said())
        .satisfiesExactly(
            away -> assertThat(away).startsWith("etcd is away: refused;"),
            still -> assertThat(still).isEqualTo("etcd is still away after 30 s: refused"),
            still -> assertThat(still).isEqualTo("etcd is still away after 60 s: refused"),
            back -> assertThat(back).isEqualTo("etcd is back after 75 s"));
  }

  @Test
  void one_dead_member_of_three_is_no_outage() {
    EtcdOutage outage = new EtcdOutage(3);

    for (int i = 0; i < 10; i++) {
      outage.failed("a", "refused", i * SECOND);
      outage.failed("b", "silent", i * SECOND);
      outage.answered(i * SECOND);
    }

    assertThat(outage.isAway()).isFalse();
    assertThat(said()).isEmpty();
  }

  @Test
  void it_is_away_when_every_member_has_failed() {
    EtcdOutage outage = new EtcdOutage(3);

    List.of("a", "b", "a", "c").forEach(it -> outage.failed(it, it + " is dead", SECOND));

    assertThat(outage.isAway()).isTrue();
    assertThat(said()).hasSize(1).first().asString().contains("c is dead");
  }
}
