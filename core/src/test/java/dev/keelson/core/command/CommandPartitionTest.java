package dev.keelson.core.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.keelson.proto.internal.v1.Command;
import dev.keelson.proto.internal.v1.Mutation;
import dev.keelson.proto.internal.v1.StoredWriteId;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class CommandPartitionTest {
  @Property
  void the_hash_is_found_whatever_else_the_command_holds(
      @ForAll int hash, @ForAll boolean named, @ForAll byte[] row) {
    Command.Builder command = Command.newBuilder().setPartitionHash(hash);
    if (named) {
      command.setWriteId(StoredWriteId.newBuilder().setSession(7).setSequence(8));
    }
    command.addMutations(Mutation.newBuilder().setRow(ByteString.copyFrom(row)));

    assertThat(CommandPartition.of(command.build().toByteString())).hasValue(hash);
  }

  @Test
  void what_is_no_command_names_no_partition() {
    assertThat(CommandPartition.of(ByteString.copyFrom(new byte[] {(byte) 0xff}))).isEmpty();
    assertThat(CommandPartition.of(ByteString.copyFrom(new byte[] {0x12, 0x7f}))).isEmpty();
    assertThat(CommandPartition.of(ByteString.copyFrom(new byte[] {0x15, 1}))).isEmpty();
  }

  @Property
  void bytes_of_any_kind_are_survived(@ForAll byte[] bytes) {
    assertThat(CommandPartition.of(ByteString.copyFrom(bytes))).isNotNull();
  }
}
