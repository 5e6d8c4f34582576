package dev.keelson.coordination;

import com.google.protobuf.ByteString;
import dev.keelson.coordination.MetadataStore.Entry;
import dev.keelson.coordination.MetadataStore.Listing;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Reads all entries under a prefix in pages, all at the revision of the first page, which is a
 * linearizable read. A read may be tried at each member once.
 */
final class EtcdList {
  private static final int PAGE = 256;

  private final EtcdCalls calls;
  private final EtcdKeys keys;
  private final String prefix;
  private final CompletableFuture<Listing> answer = new CompletableFuture<>();
  private final List<Entry> entries = new ArrayList<>();
  private int attemptsLeft;
  private long revision;

  private EtcdList(EtcdCalls calls, EtcdKeys keys, String prefix) {
    this.calls = calls;
    this.keys = keys;
    this.prefix = prefix;
    this.attemptsLeft = calls.members();
  }

  static CompletableFuture<Listing> read(EtcdCalls calls, EtcdKeys keys, String prefix) {
    EtcdList list = new EtcdList(calls, keys, prefix);
    list.begin();
    return list.answer;
  }

  private void begin() {
    entries.clear();
    revision = 0;
    page(RangeRequest.newBuilder().setKey(keys.full(prefix)));
  }

  private void page(RangeRequest.Builder request) {
    request.setRangeEnd(keys.endOf(prefix)).setLimit(PAGE).setRevision(revision);
    StoreCalls.when(calls.range(request.build()), this::take, this::failed);
  }

  private void take(RangeResponse page) {
    if (revision == 0) {
      revision = page.getHeader().getRevision();
    }
    page.getKvsList().forEach(stored -> entries.add(keys.entry(stored)));
    if (page.getMore() && page.getKvsCount() > 0) {
      KeyValue last = page.getKvs(page.getKvsCount() - 1);
      // The next possible key: the last one and a zero byte.
      page(
          RangeRequest.newBuilder().setKey(last.getKey().concat(ByteString.copyFrom(new byte[1]))));
    } else {
      answer.complete(new Listing(entries, revision, page.getHeader().getClusterId()));
    }
  }

  private void failed(Throwable error) {
    // Pages of a revision that was compacted in between begin anew.
    boolean again =
        Status.fromThrowable(error).getCode() == Status.Code.OUT_OF_RANGE
            || EtcdCalls.isFailureOfMember(error);
    attemptsLeft--;
    if (again && attemptsLeft > 0) {
      begin();
    } else {
      answer.completeExceptionally(
          new MetadataUnavailableException(
              "etcd can't be read now: " + EtcdCalls.words(error), error));
    }
  }
}
