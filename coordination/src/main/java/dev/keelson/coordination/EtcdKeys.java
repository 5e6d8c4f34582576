package dev.keelson.coordination;

import com.google.protobuf.ByteString;
import dev.keelson.coordination.MetadataStore.Change;
import dev.keelson.coordination.MetadataStore.Entry;
import dev.keelson.coordination.MetadataStore.Guard;
import dev.keelson.coordination.MetadataStore.Listing;
import dev.keelson.coordination.MetadataStore.Swap;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import java.util.List;

/** What we say, in etcd's words: our keys lie under {@code /keelson/<cluster name>/}. */
final class EtcdKeys {
  private final String root;

  EtcdKeys(String clusterName) {
    if (!MetadataKeys.isPart(clusterName)) {
      throw new IllegalArgumentException(
          "a cluster's name must consist of [-a-z0-9_.]: '" + clusterName + "'");
    }
    root = "/keelson/" + clusterName + "/";
  }

  ByteString full(String key) {
    return ByteString.copyFromUtf8(root + key);
  }

  /** The first key behind all that begin with a prefix. */
  ByteString endOf(String prefix) {
    String full = root + prefix;
    int last = full.length() - 1;
    // Keys are ASCII and never end in its last character, so this needs no carry.
    return ByteString.copyFromUtf8(full.substring(0, last) + (char) (full.charAt(last) + 1));
  }

  String relative(KeyValue stored) {
    return stored.getKey().toStringUtf8().substring(root.length());
  }

  Entry entry(KeyValue stored) {
    return new Entry(relative(stored), stored.getValue(), stored.getModRevision());
  }

  /** An answer that is complete by itself. */
  Listing listing(RangeResponse answer) {
    return new Listing(
        answer.getKvsList().stream().map(this::entry).toList(),
        answer.getHeader().getRevision(),
        answer.getHeader().getClusterId());
  }

  RangeRequest get(String key) {
    return RangeRequest.newBuilder().setKey(full(key)).build();
  }

  TxnRequest transaction(Swap swap) {
    TxnRequest.Builder transaction = TxnRequest.newBuilder();
    for (Guard guard : swap.guards()) {
      transaction.addCompare(unchanged(guard));
      transaction.addFailure(RequestOp.newBuilder().setRequestRange(get(guard.key())));
    }
    swap.changes().forEach(change -> transaction.addSuccess(operation(change)));
    return transaction.build();
  }

  /** Puts a key under a lease; with {@code ifAbsent} only where there is none. */
  TxnRequest leased(String key, ByteString value, long lease, boolean ifAbsent) {
    TxnRequest.Builder transaction =
        TxnRequest.newBuilder()
            .addSuccess(
                RequestOp.newBuilder()
                    .setRequestPut(
                        PutRequest.newBuilder().setKey(full(key)).setValue(value).setLease(lease)))
            .addFailure(RequestOp.newBuilder().setRequestRange(get(key)));
    if (ifAbsent) {
      transaction.addCompare(unchanged(new Guard(key, 0)));
    }
    return transaction.build();
  }

  /** The entries that the other branch of a transaction has read. */
  List<KeyValue> read(TxnResponse refused) {
    return refused.getResponsesList().stream()
        .flatMap(response -> response.getResponseRange().getKvsList().stream())
        .toList();
  }

  private Compare unchanged(Guard guard) {
    return Compare.newBuilder()
        .setKey(full(guard.key()))
        .setTarget(Compare.CompareTarget.MOD)
        .setResult(Compare.CompareResult.EQUAL)
        .setModRevision(guard.modRevision())
        .build();
  }

  private RequestOp operation(Change change) {
    return switch (change) {
      case Change.Put put ->
          RequestOp.newBuilder()
              .setRequestPut(PutRequest.newBuilder().setKey(full(put.key())).setValue(put.value()))
              .build();
      case Change.Delete delete ->
          RequestOp.newBuilder()
              .setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(full(delete.key())))
              .build();
    };
  }
}
