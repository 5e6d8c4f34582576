package dev.keelson.datanode.journal;

import static dev.keelson.datanode.journal.JournalBench.A;
import static dev.keelson.datanode.journal.JournalBench.batch;
import static dev.keelson.datanode.journal.JournalBench.state;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.keelson.core.replication.LogEntry;
import dev.keelson.core.replication.Position;
import dev.keelson.proto.internal.v1.Entry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The format as docs/formats.md says: what lies on disks today must be readable for ever. */
class JournalFormatTest {
  private static ByteBuffer file(JournalBench bench) throws Exception {
    ByteBuffer content = ByteBuffer.allocate(64 << 10).order(ByteOrder.LITTLE_ENDIAN);
    bench.disk.open("journal-0000000000000001.segment").read(0, content);
    return content;
  }

  @Test
  void a_segment_lies_byte_by_byte_as_documented() throws Exception {
    JournalBench bench = JournalBench.roomy();
    bench.open();
    bench.write(JournalBatch.builder().state(A, state(5)));
    LogEntry entry =
        LogEntry.following(
            Position.ZERO, 5, Entry.Kind.COMMAND, ByteString.copyFromUtf8("payload!!"));
    bench.write(batch(A, List.of(entry)));
    ByteBuffer content = file(bench);

    byte[] magic = new byte[8];
    content.get(0, magic);
    assertThat(new String(magic, StandardCharsets.US_ASCII)).isEqualTo("NKELJRNL");
    assertThat(content.getInt(8)).isEqualTo(1);
    assertThat(content.getLong(16)).isEqualTo(1);
    assertThat(content.getLong(24)).isEqualTo(64 << 10);
    assertThat(content.getLong(32)).isZero();
    assertThat(content.getLong(48)).isEqualTo(4096);
    assertThat(content.slice(2048, 64)).isEqualTo(content.slice(0, 64));
    int state = 4096 + 40;
    assertThat(content.get(4096 + 12)).isEqualTo((byte) 1);
    assertThat(content.getLong(4096 + 32)).isEqualTo(4096);
    assertThat(content.get(state + 12)).isEqualTo((byte) 3);
    int group = state + 40 + (content.getInt(state + 8) + 7) / 8 * 8;
    assertThat(content.getLong(group + 24)).isEqualTo(1);
    assertThat(content.getLong(group + 32)).isEqualTo(group);
    int record = group + 40;
    assertThat(content.getInt(record + 8)).isEqualTo(9);
    assertThat(content.get(record + 12)).isEqualTo((byte) 2);
    assertThat(content.get(record + 13)).isEqualTo((byte) Entry.Kind.COMMAND_VALUE);
    assertThat(content.getInt(record + 16)).isEqualTo(A.number());
    assertThat(content.getInt(record + 20)).isEqualTo(entry.checksum());
    assertThat(content.getLong(record + 24)).isEqualTo(5);
    assertThat(content.getLong(record + 32)).isEqualTo(1);
    byte[] payload = new byte[9];
    content.get(record + 40, payload);
    assertThat(new String(payload, StandardCharsets.US_ASCII)).isEqualTo("payload!!");
    assertThat(content.slice(record + 49, 1000)).isEqualTo(ByteBuffer.allocate(1000));
  }

  @Test
  void a_record_of_another_segment_or_place_is_none() {
    RecordHeader header = new RecordHeader(RecordKind.DROP, 0, 0, 0, 3, 0, 0, 0);
    ByteBuffer bytes = ByteBuffer.allocate(RecordHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    header.encode(bytes, 7, 4096);

    assertThat(RecordHeader.decode(bytes, 0, 7, 4096)).contains(header);
    assertThat(RecordHeader.decode(bytes, 0, 8, 4096)).isEmpty();
    assertThat(RecordHeader.decode(bytes, 0, 7, 4104)).isEmpty();
  }

  @Test
  void a_header_with_any_flipped_bit_is_none() {
    ByteBuffer bytes = ByteBuffer.allocate(RecordHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    new RecordHeader(RecordKind.ENTRY, 2, 100, 17, 3, 99, 5, 6).encode(bytes, 7, 4096);
    for (int bit = 0; bit < RecordHeader.BYTES * 8; bit++) {
      byte old = bytes.get(bit / 8);
      bytes.put(bit / 8, (byte) (old ^ 1 << bit % 8));
      assertThat(RecordHeader.decode(bytes, 0, 7, 4096)).as("bit %d", bit).isEmpty();
      bytes.put(bit / 8, old);
    }
  }
}
