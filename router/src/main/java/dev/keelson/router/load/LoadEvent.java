package dev.keelson.router.load;

import dev.keelson.core.error.DatabaseException;
import dev.keelson.proto.v1.BulkLoadRequest;
import dev.keelson.proto.v1.Served;

/** What a load hears of, in order. */
sealed interface LoadEvent {
  record Message(BulkLoadRequest message) implements LoadEvent {}

  /** The client has sent everything. */
  record LastMessage() implements LoadEvent {}

  record Durable(LoadCommand command, Served served) implements LoadEvent {}

  record Failed(LoadCommand command, DatabaseException why) implements LoadEvent {}

  /** The client takes answers again. */
  record ClientReady() implements LoadEvent {}
}
