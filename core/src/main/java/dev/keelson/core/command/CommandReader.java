package dev.keelson.core.command;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.Parser;
import com.google.protobuf.WireFormat;
import dev.keelson.core.key.MalformedKeyException;
import dev.keelson.core.key.RowKey;
import dev.keelson.core.limit.ReplicatedLimits;
import dev.keelson.core.row.MalformedRowException;
import dev.keelson.core.row.RowCodec;
import dev.keelson.proto.internal.v1.Command;
import dev.keelson.proto.internal.v1.Mutation;
import dev.keelson.proto.internal.v1.StoredCondition;
import dev.keelson.proto.internal.v1.StoredWriteId;
import java.io.IOException;

/** Reads commands and checks all that can be checked without the rows. */
final class CommandReader {
  private static final Parser<Command> PARSER = DiscardUnknownFieldsParser.wrap(Command.parser());

  private CommandReader() {}

  static Command read(ByteString payload) throws MalformedCommandException {
    Command command = parse(payload);
    if (command.getRemovedKeysCount() > 0) {
      checkRemoval(command);
      return command;
    }
    if (command.getMutationsCount() == 0) {
      throw new MalformedCommandException("a command has no mutation");
    }
    if (command.hasWriteId()) {
      checkWriteId(command.getWriteId());
    }
    for (int i = 0; i < command.getMutationsCount(); i++) {
      check(command, command.getMutations(i));
    }
    return command;
  }

  /**
   * A payload is in the log already, so one that took much more memory than it has bytes would stop
   * every replica again at each start: mutations are counted before they become objects, and
   * unknown fields never do.
   */
  private static Command parse(ByteString payload) throws MalformedCommandException {
    checkSize("command", payload, ReplicatedLimits.COMMAND_BYTES);
    try {
      checkCounts(payload.newCodedInput());
      return PARSER.parseFrom(payload);
    } catch (IOException e) {
      throw new MalformedCommandException("no command: " + e.getMessage());
    }
  }

  private static void checkRemoval(Command command) throws MalformedCommandException {
    if (command.getMutationsCount() > 0
        || command.hasWriteId()
        || command.getPartitionHash() != 0) {
      throw new MalformedCommandException("a removal of rows holds something else too");
    }
    for (ByteString key : command.getRemovedKeysList()) {
      checkSize("key", key, ReplicatedLimits.KEY_BYTES);
    }
  }

  private static void checkCounts(CodedInputStream input)
      throws IOException, MalformedCommandException {
    int count = 0;
    for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
      int field = WireFormat.getTagFieldNumber(tag);
      boolean counts =
          field == Command.MUTATIONS_FIELD_NUMBER || field == Command.REMOVED_KEYS_FIELD_NUMBER;
      if (counts && ++count > ReplicatedLimits.MUTATIONS) {
        throw new MalformedCommandException(
            "a command has more than " + ReplicatedLimits.MUTATIONS + " mutations");
      }
      if (!input.skipField(tag)) {
        throw new MalformedCommandException("a group ends that has not begun");
      }
    }
  }

  private static void checkWriteId(StoredWriteId id) throws MalformedCommandException {
    if (id.getSession() < 1
        || id.getSequence() < 1
        || id.getAnsweredBelow() < 0
        || id.getAnsweredBelow() > id.getSequence()) {
      throw new MalformedCommandException(
          "write %d of session %d says that all below %d is answered"
              .formatted(id.getSequence(), id.getSession(), id.getAnsweredBelow()));
    }
  }

  private static void check(Command command, Mutation mutation) throws MalformedCommandException {
    try {
      checkKey(command, mutation.getKey());
      checkRow(mutation);
      if (mutation.hasCondition()) {
        checkCondition(mutation.getCondition());
      }
    } catch (MalformedKeyException | MalformedRowException e) {
      throw new MalformedCommandException(String.valueOf(e.getMessage()));
    }
  }

  private static void checkKey(Command command, ByteString key)
      throws MalformedKeyException, MalformedCommandException {
    checkSize("key", key, ReplicatedLimits.KEY_BYTES);
    int hash = RowKey.parse(key).partitionHash();
    if (hash != command.getPartitionHash()) {
      throw new MalformedCommandException(
          "a key of partition %08x is in a command of %08x"
              .formatted(hash, command.getPartitionHash()));
    }
  }

  private static void checkRow(Mutation mutation)
      throws MalformedRowException, MalformedCommandException {
    ByteString row = mutation.getRow();
    checkSize("row", row, ReplicatedLimits.ROW_BYTES);
    switch (mutation.getKind()) {
      case PUT, INSERT -> RowCodec.checkRow(row);
      case UPDATE -> RowCodec.checkNamed(row);
      case DELETE -> checkSize("row to delete", row, 0);
      case KIND_UNSPECIFIED, UNRECOGNIZED ->
          throw new MalformedCommandException(
              "unknown kind of mutation " + mutation.getKindValue());
    }
  }

  private static void checkCondition(StoredCondition condition)
      throws MalformedRowException, MalformedCommandException {
    switch (condition.getKindCase()) {
      case EXISTS, VERSION -> {}
      case EQUAL -> {
        checkSize("condition", condition.getEqual(), ReplicatedLimits.ROW_BYTES);
        RowCodec.checkNamed(condition.getEqual());
      }
      case KIND_NOT_SET -> throw new MalformedCommandException("unknown kind of condition");
    }
  }

  private static void checkSize(String what, ByteString bytes, int limit)
      throws MalformedCommandException {
    if (bytes.size() > limit) {
      throw new MalformedCommandException(
          "a %s has %d bytes, but %d are allowed".formatted(what, bytes.size(), limit));
    }
  }
}
