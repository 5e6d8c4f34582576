package dev.keelson.datanode.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.keelson.core.replication.Position;
import dev.keelson.core.shard.ShardId;
import dev.keelson.datanode.disk.DiskFile;
import dev.keelson.datanode.disk.SimulatedDisk;
import dev.keelson.datanode.snapshot.SnapshotBlock.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SnapshotFilesTest {
  private static final ShardId SHARD = new ShardId(7);
  private static final SnapshotId ID = new SnapshotId(SHARD, new Position(3, 70, -5));
  private static final SnapshotId LATER = new SnapshotId(SHARD, new Position(4, 90, 6));

  private final SimulatedDisk disk = new SimulatedDisk(new SplittableRandom(1), 1 << 20);
  private SnapshotFiles files = opened();

  @Test
  void a_name_says_which_state_it_is() {
    assertThat(ID.fileName()).isEqualTo("shard-7-3-70-fffffffb.snapshot");
    assertThat(SnapshotId.ofFileName(ID.fileName())).hasValue(ID);
    assertThat(SnapshotId.ofFileName(ID.partName())).isEmpty();
  }

  @Test
  void what_was_written_is_read() throws IOException {
    write(ID, "one", "two");

    assertThat(read(ID)).containsExactly("one", "two");
  }

  @Test
  void a_published_snapshot_survives_a_loss_of_power() throws IOException {
    write(ID, "one", "two");

    disk.losePower();
    files = opened();

    assertThat(read(ID)).containsExactly("one", "two");
  }

  @Test
  void what_was_not_finished_is_gone_at_the_next_start() throws IOException {
    files.create(ID).append(block("one"));

    disk.killProcess();
    files = opened();

    assertThat(disk.list()).isEmpty();
  }

  @Test
  void every_flipped_bit_is_found() throws IOException {
    write(ID, "one", "two");
    long size = sizeOf(ID);
    for (long at = 0; at < size; at++) {
      disk.corrupt(ID.fileName(), at, 4);
      long place = at;
      assertThatThrownBy(() -> read(ID)).as("at %d", place).isInstanceOf(IOException.class);
      disk.corrupt(ID.fileName(), at, 4);
    }
    assertThat(read(ID)).hasSize(2);
  }

  @Test
  void a_snapshot_under_the_name_of_another_one_is_none() throws IOException {
    write(ID, "one");
    disk.rename(ID.fileName(), LATER.fileName());

    assertThatThrownBy(() -> read(LATER)).isInstanceOf(DamagedSnapshotException.class);
  }

  @Test
  void one_of_a_newer_format_is_refused_with_a_sentence() throws IOException {
    write(ID, "one");
    ByteBuffer header = SnapshotHeader.encode(ID).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(8, 2).putInt(12, 0);
    java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
    crc.update(header.duplicate().clear());
    header.putInt(12, (int) crc.getValue());
    try (DiskFile file = disk.open(ID.fileName())) {
      file.write(0, header.clear());
    }

    assertThatThrownBy(() -> SnapshotFiles.open(disk, shard -> true))
        .isInstanceOf(SnapshotFormatException.class)
        .hasMessage(
            "shard-7-3-70-fffffffb.snapshot has format 2, this version reads format 1: start the"
                + " version that wrote it");
  }

  @Test
  void a_peer_gets_it_block_by_block() throws IOException {
    write(ID, "one", "two");
    SnapshotFiles others =
        SnapshotFiles.open(new SimulatedDisk(new SplittableRandom(2), 1 << 20), shard -> true);
    SnapshotWriter copy = others.create(ID);

    boolean last = false;
    while (!last) {
      last = copy.receive(files.block(ID, copy.end()).orElseThrow());
    }
    copy.publish();

    assertThat(contents(others, ID)).containsExactly("one", "two");
  }

  @Test
  void a_block_that_belongs_elsewhere_is_not_taken() throws IOException {
    write(ID, "one", "two");
    ByteString first = files.block(ID, SnapshotWriter.FIRST_BLOCK).orElseThrow();
    disk.createGrowing("other").close();
    SnapshotWriter copy = files.create(LATER);

    assertThatThrownBy(() -> copy.receive(first)).isInstanceOf(DamagedSnapshotException.class);
  }

  @Test
  void blocks_of_two_snapshots_make_none() throws IOException {
    write(ID, "one", "two");
    ByteString end = endOf(ID);
    SnapshotFiles others =
        SnapshotFiles.open(new SimulatedDisk(new SplittableRandom(2), 1 << 20), shard -> true);
    SnapshotWriter copy = others.create(ID);
    copy.append(block("eno"));
    copy.append(block("two"));

    assertThatThrownBy(() -> copy.receive(end))
        .isInstanceOf(DamagedSnapshotException.class)
        .hasMessageContaining("other blocks");
  }

  @Test
  void what_a_base_makes_useless_goes() throws IOException {
    write(ID, "one");
    write(LATER, "two");

    files.deleteBefore(SHARD, LATER.at());

    assertThat(disk.list()).containsExactly(LATER.fileName());
  }

  @Test
  void a_newer_snapshot_that_is_no_base_goes_at_the_start() throws IOException {
    write(ID, "one");
    write(LATER, "two");

    files.deleteExcept(SHARD, ID.at());

    assertThat(disk.list()).containsExactly(ID.fileName());
  }

  @Test
  void what_cannot_be_read_is_set_aside() throws IOException {
    write(ID, "one");

    files.setAside(ID);

    assertThat(disk.list()).containsExactly("shard-7.damaged");
    assertThat(files.block(ID, SnapshotWriter.FIRST_BLOCK)).isEmpty();
  }

  @Test
  void snapshots_of_shards_that_are_not_here_go() throws IOException {
    write(ID, "one");

    SnapshotFiles.open(disk, shard -> false);

    assertThat(disk.list()).isEmpty();
  }

  private SnapshotFiles opened() {
    try {
      return SnapshotFiles.open(disk, shard -> true);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void write(SnapshotId id, String... contents) throws IOException {
    SnapshotWriter writer = files.create(id);
    for (String content : contents) {
      writer.append(block(content));
    }
    writer.appendEnd();
    writer.publish();
  }

  private static SnapshotBlock block(String content) {
    return new SnapshotBlock(Kind.ROWS, ByteString.copyFromUtf8(content));
  }

  private ByteString endOf(SnapshotId id) throws IOException {
    long at = SnapshotWriter.FIRST_BLOCK;
    for (int i = 0; i < 2; i++) {
      at += files.block(id, at).orElseThrow().size();
    }
    return files.block(id, at).orElseThrow();
  }

  private long sizeOf(SnapshotId id) throws IOException {
    try (DiskFile file = disk.open(id.fileName())) {
      return file.size();
    }
  }

  private List<String> read(SnapshotId id) throws IOException {
    return contents(files, id);
  }

  private static List<String> contents(SnapshotFiles files, SnapshotId id) throws IOException {
    List<String> contents = new ArrayList<>();
    try (SnapshotReader reader = files.read(id)) {
      for (Optional<SnapshotBlock> next = reader.next(); next.isPresent(); next = reader.next()) {
        contents.add(next.get().payload().toStringUtf8());
      }
    }
    return contents;
  }
}
