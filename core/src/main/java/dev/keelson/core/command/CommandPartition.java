package dev.keelson.core.command;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.keelson.proto.internal.v1.Command;
import java.io.IOException;
import java.util.OptionalInt;

/** Which partition a serialized command is for, without reading the rest of it. */
public final class CommandPartition {
  private CommandPartition() {}

  /**
   * The partition hash that a payload names first; empty when it is no command. A hint for a quick
   * refusal: what counts is what {@link CommandMachine} reads at apply.
   */
  public static OptionalInt of(ByteString payload) {
    CodedInputStream input = payload.newCodedInput();
    try {
      for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
        if (WireFormat.getTagFieldNumber(tag) == Command.PARTITION_HASH_FIELD_NUMBER
            && WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_FIXED32) {
          return OptionalInt.of(input.readFixed32());
        }
        if (!input.skipField(tag)) {
          return OptionalInt.empty();
        }
      }
      // Zero is not written.
      return OptionalInt.of(0);
    } catch (IOException e) {
      return OptionalInt.empty();
    }
  }
}
