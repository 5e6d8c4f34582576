package dev.keelson.router.request;

import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.request.ShardRead;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.NodeAnswer;
import dev.keelson.proto.internal.v1.ReadRows;
import dev.keelson.proto.internal.v1.RowsRead;
import dev.keelson.proto.v1.BatchGetResponse;
import dev.keelson.proto.v1.GetResponse;
import dev.keelson.proto.v1.ReadOptions;
import dev.keelson.proto.v1.Served;
import dev.keelson.router.route.ShardReply;
import dev.keelson.router.route.Target;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One BatchGet on its way: the answers of its shares, put together in the order of its keys. */
final class BatchGet {
  private final List<ShardRead> reads;
  private final int greatestAnswer;
  private final Outcome<BatchGetResponse> outcome;
  private final @Nullable GetResponse[] rows;
  private int sharesOpen;
  private long bytes;
  private boolean over;

  BatchGet(List<ShardRead> reads, int greatestAnswer, Outcome<BatchGetResponse> outcome) {
    this.reads = reads;
    this.greatestAnswer = greatestAnswer;
    this.outcome = outcome;
    this.rows = new GetResponse[reads.size()];
  }

  /** The keys by the shard that holds them, so many at a time; made before the first is sent. */
  List<Share> shares(Function<ShardRead, Target> targetOf, int greatest) {
    List<Share> shares = new ArrayList<>();
    Map<Target, Share> filling = new HashMap<>();
    for (int place = 0; place < reads.size(); place++) {
      Target target = targetOf.apply(reads.get(place));
      Share share = filling.get(target);
      if (share == null || share.places.size() == greatest) {
        share = new Share(target);
        filling.put(target, share);
        shares.add(share);
      }
      share.places.add(place);
    }
    sharesOpen = shares.size();
    return shares;
  }

  /** Shares may be answered on different event loops. */
  private synchronized boolean take(Share share, RowsRead read, Served served) {
    for (int i = 0; i < share.places.size() && !over; i++) {
      int place = share.places.get(i);
      GetResponse row = Reads.response(reads.get(place), read.getRows(i), served);
      rows[place] = row;
      bytes += row.getSerializedSize();
      if (bytes > greatestAnswer) {
        over = true;
        throw ErrorCode.ANSWER_TOO_LARGE.because(
            "The rows of the batch have more than %d bytes".formatted(greatestAnswer));
      }
    }
    sharesOpen--;
    return sharesOpen == 0 && ends();
  }

  private synchronized boolean ends() {
    boolean first = !over;
    over = true;
    return first;
  }

  /** Some keys that one shard holds. */
  final class Share implements ShardReply {
    private final Target target;
    private final List<Integer> places = new ArrayList<>();

    private Share(Target target) {
      this.target = target;
    }

    Target target() {
      return target;
    }

    ReadRows toReadRows(ReadOptions options) {
      ReadRows.Builder request = ReadRows.newBuilder().setOptions(options);
      places.forEach(place -> request.addKeys(reads.get(place).key()));
      return request.build();
    }

    @Override
    public void answered(NodeAnswer answer, NodeId node, ShardId shard, boolean uncertainBefore) {
      Guarded.run(
          outcome,
          () -> {
            if (!answer.hasRows() || answer.getRows().getRowsCount() != places.size()) {
              failed(ServedBy.confused(node, "a read of %d rows".formatted(places.size()), answer));
              return;
            }
            if (take(this, answer.getRows(), ServedBy.of(answer, node, shard))) {
              outcome.answered(
                  BatchGetResponse.newBuilder().addAllRows(Arrays.asList(rows)).build());
            }
          });
    }

    @Override
    public void failed(DatabaseException why) {
      if (ends()) {
        outcome.failed(why);
      }
    }

    @Override
    public boolean abandoned() {
      return outcome.abandoned();
    }
  }
}
