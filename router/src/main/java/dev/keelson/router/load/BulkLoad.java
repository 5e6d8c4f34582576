package dev.keelson.router.load;

import com.google.protobuf.ByteString;
import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.request.RowMutation;
import dev.keelson.core.request.ShardWrite;
import dev.keelson.core.request.WriteTranslator;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.v1.BulkLoadHeader;
import dev.keelson.proto.v1.BulkLoadRequest;
import dev.keelson.proto.v1.Served;
import dev.keelson.proto.v1.Tuple;
import dev.keelson.proto.v1.WriteResponse;
import dev.keelson.router.request.Outcome;
import dev.keelson.router.request.Writes;
import dev.keelson.router.route.ShardCalls;
import dev.keelson.router.route.Target;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One load, run by one virtual thread: everything that happens comes through its queue.
 *
 * <pre>
 *   message ─► rows ─► PartitionRows ─► commands, some for each shard ─► durable ─► acknowledged
 *      ▲                                                                    │
 *      └────────── the next one is asked for while there is room ◄──────────┘
 * </pre>
 *
 * Rows are put, each command with its (session, sequence), so that a load rides over failovers.
 */
final class BulkLoad {
  /** Messages that are asked for and have not come. */
  private static final int MESSAGES_AHEAD = 2;

  private final ShardCalls calls;
  private final Writes writes;
  private final WriteTranslator translator;
  private final LoadSessions sessions;
  private final LoadConfig config;
  private final Function<BulkLoadHeader, RowReader> readers;
  private final LoadStream client;
  private final long deadlineNanos;

  private final BlockingQueue<LoadEvent> events = new LinkedBlockingQueue<>();
  private final Map<ByteString, PartitionRows> partitions = new HashMap<>();
  private final Map<ShardId, ShardLoad> shards = new HashMap<>();
  private final LoadProgress progress;
  private @Nullable RowReader reader;
  private long bufferedBytes;
  private int messagesAsked;
  private boolean allRead;
  private volatile boolean over;

  BulkLoad(
      ShardCalls calls,
      Writes writes,
      WriteTranslator translator,
      LoadSessions sessions,
      LoadConfig config,
      Function<BulkLoadHeader, RowReader> readers,
      LoadStream client,
      long deadlineNanos) {
    this.calls = calls;
    this.writes = writes;
    this.translator = translator;
    this.sessions = sessions;
    this.config = config;
    this.readers = readers;
    this.client = client;
    this.deadlineNanos = deadlineNanos;
    this.progress = new LoadProgress(client, config);
  }

  /** Something happened; called from any thread. */
  void tell(LoadEvent event) {
    events.add(event);
  }

  /** Returns when all rows are durable or reported; throws why the load can't go on. */
  void run() throws InterruptedException {
    try {
      askForMessages();
      while (!allRead || !partitions.isEmpty() || progress.hasErrors()) {
        LoadEvent event = events.poll(config.ackTime().toNanos(), TimeUnit.NANOSECONDS);
        checkDeadline();
        if (event != null) {
          handle(event);
        }
        progress.answerIfDue();
        askForMessages();
      }
      progress.answer();
    } catch (DatabaseException e) {
      // What is durable is said even so: there the client goes on.
      progress.answer();
      throw e;
    } finally {
      over = true;
    }
  }

  private void handle(LoadEvent event) throws InterruptedException {
    switch (event) {
      case LoadEvent.Message message -> take(message.message());
      case LoadEvent.LastMessage last -> allRead = true;
      case LoadEvent.Durable durable -> durable(durable.command(), durable.served());
      case LoadEvent.Failed failed -> throw failed.why();
      case LoadEvent.ClientReady ready -> {
        // What was held back goes out below.
      }
    }
  }

  private void askForMessages() {
    while (!allRead
        && messagesAsked < MESSAGES_AHEAD
        && bufferedBytes < config.bufferedBytes()
        && progress.hasRoom()) {
      messagesAsked++;
      client.requestMessage();
    }
  }

  private void take(BulkLoadRequest message) throws InterruptedException {
    messagesAsked--;
    RowReader rows = reader(message);
    for (Tuple tuple : message.getRowsList()) {
      take(rows, tuple);
    }
    shards.values().forEach(this::send);
  }

  private RowReader reader(BulkLoadRequest message) {
    RowReader known = reader;
    if (known != null && message.hasHeader()) {
      throw ErrorCode.INVALID_REQUEST.because("A load has one header, in its first message");
    }
    if (known == null) {
      if (!message.hasHeader()) {
        throw ErrorCode.INVALID_REQUEST.because(
            "The first message of a load needs a header that names the table and the columns");
      }
      known = readers.apply(message.getHeader());
      reader = known;
    }
    return known;
  }

  private void take(RowReader rows, Tuple tuple) throws InterruptedException {
    long number = progress.rowRead();
    RowMutation mutation;
    try {
      mutation = rows.read(tuple);
    } catch (DatabaseException e) {
      progress.bad(number, e);
      return;
    }
    PartitionRows partition = partitions.get(mutation.partition());
    if (partition == null) {
      partition = new PartitionRows(shardOf(mutation));
      partitions.put(mutation.partition(), partition);
    }
    partition.add(new PartitionRows.Row(number, mutation));
    partition.shard.offer(partition);
    bufferedBytes += mutation.bytes();
  }

  private ShardLoad shardOf(RowMutation mutation) throws InterruptedException {
    ShardConfig shard =
        new Target.Partition(mutation.keyspaceId(), mutation.partitionHash()).in(calls.map());
    if (shard == null) {
      throw ErrorCode.NO_LEADER.because("The shards of the keyspace are not placed yet");
    }
    ShardLoad known = shards.get(shard.id());
    if (known == null) {
      known =
          new ShardLoad(
              new LoadSession(sessions.open()), config.commandsPerShard(), config.sessionWindow());
      shards.put(shard.id(), known);
    }
    return known;
  }

  private void send(ShardLoad shard) {
    PartitionRows partition = shard.begin();
    while (partition != null) {
      List<PartitionRows.Row> rows = partition.next(config.commandRows(), config.commandBytes());
      ByteString key = rows.getFirst().mutation().partition();
      send(new LoadCommand(key, partition, shard.session.begin(), rows));
      partition = shard.begin();
    }
  }

  private void send(LoadCommand command) {
    ShardWrite write =
        translator.load(
            command.rows().stream().map(PartitionRows.Row::mutation).toList(), command.id());
    long patience = System.nanoTime() + config.commandDeadline().toNanos();
    long deadline = patience - deadlineNanos < 0 ? patience : deadlineNanos;
    writes.send(write, deadline, new CommandOutcome(this, command));
  }

  private void durable(LoadCommand command, Served served) {
    progress.written(served);
    PartitionRows partition = command.partition();
    ShardLoad shard = partition.shard;
    shard.session.end(command.id());
    shard.end(partition);
    if (partition.isEmpty()) {
      partitions.remove(command.key());
    }
    bufferedBytes -= command.bytes();
    command.rows().forEach(row -> progress.durable(row.number()));
    send(shard);
  }

  private void checkDeadline() {
    if (System.nanoTime() - deadlineNanos >= 0) {
      throw ErrorCode.DEADLINE_EXCEEDED.because(
          "The load's deadline passed; rows behind rows_durable may not be written");
    }
  }

  private record CommandOutcome(BulkLoad load, LoadCommand command)
      implements Outcome<WriteResponse> {
    @Override
    public void answered(WriteResponse answer) {
      load.tell(new LoadEvent.Durable(command, answer.getServed()));
    }

    @Override
    public void failed(DatabaseException why) {
      load.tell(new LoadEvent.Failed(command, why));
    }

    @Override
    public boolean abandoned() {
      return load.over;
    }
  }
}
