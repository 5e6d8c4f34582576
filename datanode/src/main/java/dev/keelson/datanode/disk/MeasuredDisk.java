package dev.keelson.datanode.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** A disk whose writes and forces are counted and timed. */
public final class MeasuredDisk implements Disk {
  private final Disk disk;
  private final DiskMetrics metrics;
  private final ForceTimes forces;

  /**
   * @param forces told of each force, for a judgement of the disk
   */
  public MeasuredDisk(Disk disk, DiskMetrics metrics, ForceTimes forces) {
    this.disk = disk;
    this.metrics = metrics;
    this.forces = forces;
  }

  @Override
  public List<String> list() throws IOException {
    return disk.list();
  }

  @Override
  public DiskFile create(String name, long size) throws IOException {
    return new MeasuredFile(disk.create(name, size));
  }

  @Override
  public DiskFile createGrowing(String name) throws IOException {
    return new MeasuredFile(disk.createGrowing(name));
  }

  @Override
  public void rename(String from, String to) throws IOException {
    disk.rename(from, to);
  }

  @Override
  public DiskFile open(String name) throws IOException {
    return new MeasuredFile(disk.open(name));
  }

  @Override
  public void delete(String name) throws IOException {
    disk.delete(name);
  }

  @Override
  public void syncDirectory() throws IOException {
    disk.syncDirectory();
  }

  @Override
  public long usableBytes() throws IOException {
    return disk.usableBytes();
  }

  @Override
  public long totalBytes() throws IOException {
    return disk.totalBytes();
  }

  @Override
  public void close() throws IOException {
    disk.close();
  }

  private final class MeasuredFile implements DiskFile {
    private final DiskFile file;

    MeasuredFile(DiskFile file) {
      this.file = file;
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
      int bytes = source.remaining();
      long begin = System.nanoTime();
      file.write(position, source);
      metrics.wrote(bytes, System.nanoTime() - begin);
    }

    @Override
    public void read(long position, ByteBuffer target) throws IOException {
      file.read(position, target);
    }

    @Override
    public void force() throws IOException {
      long begin = System.nanoTime();
      forces.began(begin);
      try {
        file.force();
      } finally {
        long nanos = System.nanoTime() - begin;
        forces.ended(nanos);
        metrics.forced(nanos);
      }
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
