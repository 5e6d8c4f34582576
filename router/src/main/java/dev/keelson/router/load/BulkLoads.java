package dev.keelson.router.load;

import dev.keelson.core.limit.Limits;
import dev.keelson.core.request.Tables;
import dev.keelson.core.request.WriteTranslator;
import dev.keelson.proto.v1.BulkLoadRequest;
import dev.keelson.router.request.Writes;
import dev.keelson.router.route.ShardCalls;

/** Begins loads. */
public final class BulkLoads {
  private final Tables tables;
  private final ShardCalls calls;
  private final Writes writes;
  private final WriteTranslator translator;
  private final LoadSessions sessions;
  private final LoadConfig config;

  public BulkLoads(
      Tables tables,
      ShardCalls calls,
      Writes writes,
      LoadSessions sessions,
      Limits limits,
      LoadConfig config) {
    this.tables = tables;
    this.calls = calls;
    this.writes = writes;
    this.translator = new WriteTranslator(limits);
    this.sessions = sessions;
    this.config = config;
  }

  /** A load that {@link Running#run} carries out on a virtual thread of the caller. */
  public Running begin(LoadStream client, long deadlineNanos) {
    return new Running(
        new BulkLoad(
            calls,
            writes,
            translator,
            sessions,
            config,
            header -> RowReader.of(tables, translator, header),
            client,
            deadlineNanos));
  }

  /** A load on its way; its methods but {@code run} are called by the stream and don't block. */
  public static final class Running {
    private final BulkLoad load;

    private Running(BulkLoad load) {
      this.load = load;
    }

    public void message(BulkLoadRequest message) {
      load.tell(new LoadEvent.Message(message));
    }

    public void lastMessage() {
      load.tell(new LoadEvent.LastMessage());
    }

    public void clientReady() {
      load.tell(new LoadEvent.ClientReady());
    }

    /**
     * Returns when all rows are durable or reported.
     *
     * @throws InterruptedException when the client is gone
     */
    public void run() throws InterruptedException {
      load.run();
    }
  }
}
