package dev.keelson.router;

import static dev.keelson.router.RouterFixture.errorOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.keelson.proto.v1.ScanResponse;
import dev.keelson.proto.v1.ScanTableRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TableScanTest {
  private static final int ROWS = 200;
  private static final ScanTableRequest SCAN =
      ScanTableRequest.newBuilder().setTable("items").addColumns("bucket").build();
  private RouterFixture fixture;

  @BeforeEach
  void start() throws IOException {
    fixture = RouterFixture.start(12);
    for (int i = 0; i < ROWS; i++) {
      fixture.put("bucket" + i, i, "x");
    }
    // Rows of another table lie in the same shards.
    fixture.createTable("others");
    fixture.client().put(RouterFixture.putOf("a", 1, "x").toBuilder().setTable("others").build());
    fixture.cluster.nodes.forEach(node -> node.greatestPage = 5);
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void all_rows_of_all_shards_come_once() {
    List<ScanResponse> answers = all(SCAN);

    assertThat(buckets(answers)).hasSize(ROWS).doesNotHaveDuplicates();
    assertThat(answers.stream().map(it -> it.getServed().getShard()).distinct()).hasSize(12);
    assertThat(answers.getFirst().getColumnsList()).containsExactly("bucket");
    assertThat(answers.getLast().getContinuation()).isEmpty();
    assertThat(answers.subList(0, answers.size() - 1))
        .noneMatch(answer -> answer.getContinuation().isEmpty());
  }

  @Test
  void counting_sends_no_rows() {
    List<ScanResponse> answers = all(SCAN.toBuilder().setCountOnly(true).build());

    assertThat(answers.stream().mapToLong(ScanResponse::getRowCount).sum()).isEqualTo(ROWS);
    assertThat(answers).allMatch(answer -> answer.getRowsCount() == 0);
  }

  @Test
  void a_count_with_a_limit_is_exact() {
    ScanTableRequest request = SCAN.toBuilder().setCountOnly(true).setLimit(33).build();

    assertThat(all(request).stream().mapToLong(ScanResponse::getRowCount).sum()).isEqualTo(33);
  }

  @Test
  void a_scan_goes_on_from_any_of_its_answers_without_gap_or_double() {
    List<ScanResponse> answers = all(SCAN);
    for (int i = 0; i + 1 < answers.size(); i += 7) {
      List<String> seen = new ArrayList<>(buckets(answers.subList(0, i + 1)));
      seen.addAll(
          buckets(all(SCAN.toBuilder().setContinuation(answers.get(i).getContinuation()).build())));
      assertThat(seen).hasSize(ROWS).doesNotHaveDuplicates();
    }
  }

  @Test
  void pages_of_a_limit_cover_the_table() {
    Set<String> seen = new HashSet<>();
    ScanTableRequest request = SCAN.toBuilder().setLimit(30).build();
    int pages = 0;
    ByteString continuation = ByteString.EMPTY;
    do {
      List<ScanResponse> page = all(request.toBuilder().setContinuation(continuation).build());
      assertThat(buckets(page).size()).isLessThanOrEqualTo(30);
      buckets(page).forEach(bucket -> assertThat(seen.add(bucket)).isTrue());
      continuation = page.getLast().getContinuation();
      pages++;
    } while (!continuation.isEmpty());

    assertThat(seen).hasSize(ROWS);
    assertThat(pages).isBetween(7, 8);
  }

  @Test
  void a_limit_beyond_a_page_is_read_from_many_shards_and_cut() {
    fixture.cluster.nodes.forEach(node -> node.greatestPage = 1_000);
    ScanTableRequest request = SCAN.toBuilder().setLimit(1_001).build();

    assertThat(buckets(all(request))).hasSize(ROWS);
  }

  @Test
  void an_empty_table_is_answered_once() {
    fixture.createTable("nothing");

    List<ScanResponse> answers = all(SCAN.toBuilder().setTable("nothing").build());

    assertThat(answers).hasSize(1);
    assertThat(answers.getFirst().getColumnsList()).containsExactly("bucket");
    assertThat(answers.getFirst().getContinuation()).isEmpty();
  }

  @Test
  void a_token_of_another_table_or_a_broken_one_is_refused() {
    ByteString token = all(SCAN).getFirst().getContinuation();

    assertThat(
            errorOf(() -> all(SCAN.toBuilder().setTable("others").setContinuation(token).build()))
                .getCode())
        .isEqualTo("INVALID_CONTINUATION");
    assertThat(
            errorOf(() -> all(SCAN.toBuilder().setContinuation(token.substring(0, 9)).build()))
                .getCode())
        .isEqualTo("INVALID_CONTINUATION");
  }

  private List<ScanResponse> all(ScanTableRequest request) {
    List<ScanResponse> answers = new ArrayList<>();
    fixture.client().scanTable(request).forEachRemaining(answers::add);
    return answers;
  }

  private static List<String> buckets(List<ScanResponse> answers) {
    return answers.stream()
        .flatMap(answer -> answer.getRowsList().stream())
        .map(row -> row.getValues(0).getStringValue())
        .toList();
  }
}
