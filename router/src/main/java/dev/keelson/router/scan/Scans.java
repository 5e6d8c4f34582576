package dev.keelson.router.scan;

import com.google.protobuf.ByteString;
import dev.keelson.core.limit.Limits;
import dev.keelson.core.request.ReadTranslator;
import dev.keelson.core.request.ShardScan;
import dev.keelson.core.request.TableScan;
import dev.keelson.core.request.Tables;
import dev.keelson.proto.internal.v1.RangeLeft;
import dev.keelson.proto.v1.ScanRequest;
import dev.keelson.proto.v1.ScanTableRequest;
import dev.keelson.router.request.ReadNeeds;
import dev.keelson.router.route.ShardCalls;
import dev.keelson.router.route.Target;
import java.util.List;

/** Runs scans, each on the virtual thread that calls; returns when all is sent. */
public final class Scans {
  private final Tables tables;
  private final ShardCalls calls;
  private final ReadTranslator translator;
  private final Pages pages;
  private final Limits limits;
  private final int parallelism;
  private final boolean byQuorum;

  /**
   * @param byQuorum whether this cluster doesn't trust clocks
   * @param parallelism shards that one ScanTable reads at once
   */
  public Scans(Tables tables, ShardCalls calls, Limits limits, boolean byQuorum, int parallelism) {
    this.tables = tables;
    this.calls = calls;
    this.translator = new ReadTranslator(limits);
    this.pages = new Pages(calls, limits);
    this.limits = limits;
    this.byQuorum = byQuorum;
    this.parallelism = parallelism;
  }

  /**
   * @throws InterruptedException when the client is gone
   */
  public void scan(ScanRequest request, long deadlineNanos, AnswerSink sink)
      throws InterruptedException {
    ReadNeeds needs = ReadNeeds.of(request.getOptions(), byQuorum);
    ScanRequest fresh = request.toBuilder().clearContinuation().build();
    ShardScan scan = translator.scan(tables, fresh);
    long requestHash =
        ContinuationToken.hash(fresh.toBuilder().clearLimit().clearOptions().build());
    new PartitionScan(
            pages,
            scan.columns(),
            new Target.Partition(scan.keyspaceId(), scan.partitionHash()),
            scan.range(),
            scan.reverse(),
            scan.limit(),
            needs,
            requestHash,
            deadlineNanos)
        .resumed(request.getContinuation())
        .run(sink);
  }

  /**
   * @throws InterruptedException when the client is gone
   */
  public void scanTable(ScanTableRequest request, long deadlineNanos, AnswerSink sink)
      throws InterruptedException {
    ReadNeeds needs = ReadNeeds.of(request.getOptions(), byQuorum);
    ScanTableRequest fresh = request.toBuilder().clearContinuation().build();
    TableScan scan = translator.scanTable(tables, fresh);
    long requestHash =
        ContinuationToken.hash(fresh.toBuilder().clearLimit().clearOptions().build());
    List<RangeLeft> left = left(request.getContinuation(), requestHash);
    new AllShardsScan(
            pages,
            scan.columns(),
            RangesLeft.cursors(left, calls.map().shardsOf(scan.keyspaceId()), scan.range()),
            scan.limit(),
            needs,
            scan.countOnly(),
            parallelism(scan),
            requestHash,
            deadlineNanos)
        .run(sink);
  }

  private static List<RangeLeft> left(ByteString token, long requestHash) {
    return token.isEmpty()
        ? RangesLeft.ALL
        : ContinuationToken.read(token, requestHash).getLeftList();
  }

  /**
   * A few rows are sooner had from one shard; and counts can't be cut when too much was counted.
   */
  private int parallelism(TableScan scan) {
    boolean one = scan.limit() > 0 && (scan.countOnly() || scan.limit() <= limits.pageRows());
    return one ? 1 : parallelism;
  }
}
