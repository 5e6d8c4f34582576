package dev.keelson.datanode.disk;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * A disk in memory that behaves as badly as real ones are allowed to: a power failure keeps or
 * loses each unforced sector and each unsynced change of the directory by chance. Fails, fills and
 * rots on demand. For one thread.
 */
public final class SimulatedDisk implements Disk {
  private final RandomGenerator random;
  private final Map<String, SimulatedFile> files = new TreeMap<>();
  private final Map<String, SimulatedFile> durableFiles = new TreeMap<>();
  private long capacity;
  private int life;
  private boolean failForces;
  private boolean failNextForce;
  private boolean failReads;

  public SimulatedDisk(RandomGenerator random, long capacity) {
    this.random = random;
    this.capacity = capacity;
  }

  @Override
  public List<String> list() {
    return new ArrayList<>(files.keySet());
  }

  @Override
  public DiskFile create(String name, long size) throws IOException {
    if (files.containsKey(name)) {
      throw new FileAlreadyExistsException(name);
    }
    if (size > usableBytes()) {
      throw new IOException("No space left on device: wanted " + size + " of " + usableBytes());
    }
    SimulatedFile file = new SimulatedFile(size);
    files.put(name, file);
    return new Handle(file);
  }

  @Override
  public DiskFile createGrowing(String name) throws IOException {
    if (files.containsKey(name)) {
      throw new FileAlreadyExistsException(name);
    }
    SimulatedFile file = SimulatedFile.growing();
    files.put(name, file);
    return new Handle(file);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    SimulatedFile file = file(from);
    files.remove(from);
    files.put(to, file);
  }

  @Override
  public DiskFile open(String name) throws IOException {
    return new Handle(file(name));
  }

  @Override
  public void delete(String name) throws IOException {
    file(name);
    files.remove(name);
  }

  @Override
  public void syncDirectory() throws IOException {
    checkForce();
    durableFiles.clear();
    durableFiles.putAll(files);
  }

  @Override
  public long usableBytes() {
    return Math.max(0, capacity - usedBytes());
  }

  public long usedBytes() {
    return files.values().stream().mapToLong(SimulatedFile::size).sum();
  }

  @Override
  public long totalBytes() {
    return capacity;
  }

  @Override
  public void close() {}

  /** The volume grows, or others fill it. */
  public void capacity(long bytes) {
    capacity = bytes;
  }

  /** Every force fails from now on, until the next crash. */
  public void failForces() {
    failForces = true;
  }

  /** The next force of a file fails; a later one would seem to go well. */
  public void failNextForce() {
    failNextForce = true;
  }

  /** Every read fails, or no longer. */
  public void failReads(boolean fail) {
    failReads = fail;
  }

  /**
   * The process dies, the machine lives: what was written stays. Open files of before are useless.
   */
  public void killProcess() {
    life++;
    failForces = false;
    failNextForce = false;
  }

  /** The power fails: sectors and names that were not made durable are kept or lost by chance. */
  public void losePower() {
    killProcess();
    Map<String, SimulatedFile> survivors = new HashMap<>();
    TreeSet<String> names = new TreeSet<>(files.keySet());
    names.addAll(durableFiles.keySet());
    for (String name : names) {
      Map<String, SimulatedFile> side = random.nextBoolean() ? files : durableFiles;
      SimulatedFile survivor = side.get(name);
      if (survivor != null) {
        survivors.put(name, survivor);
      }
    }
    files.clear();
    files.putAll(survivors);
    files.values().forEach(file -> file.losePower(random));
    durableFiles.clear();
    durableFiles.putAll(files);
  }

  /** Flips bits of one byte, durably. */
  public void corrupt(String name, long position, int mask) throws IOException {
    file(name).corrupt(position, mask);
  }

  /**
   * A byte rots, or a sector shows what was written to another one: in a file and a place that hold
   * something durable.
   */
  public void rot() {
    List<SimulatedFile> written =
        files.values().stream().filter(it -> !it.sectors().isEmpty()).toList();
    if (written.isEmpty()) {
      return;
    }
    SimulatedFile file = written.get(random.nextInt(written.size()));
    List<Long> sectors = file.sectors();
    long sector = sectors.get(random.nextInt(sectors.size()));
    long other = sectors.get(random.nextInt(sectors.size()));
    // One that shows nothing would undo a write: of the last one no journal can tell.
    if (random.nextInt(3) == 0 && !file.isBlank(other)) {
      file.misdirect(other, sector);
    } else {
      long place = sector * SimulatedFile.SECTOR_BYTES;
      file.corrupt(place + random.nextInt(SimulatedFile.SECTOR_BYTES), 1 + random.nextInt(255));
    }
  }

  private SimulatedFile file(String name) throws IOException {
    SimulatedFile file = files.get(name);
    if (file == null) {
      throw new FileNotFoundException(name);
    }
    return file;
  }

  private void checkForce() throws IOException {
    if (failForces) {
      throw new IOException("Input/output error (simulated)");
    }
  }

  /** An open file; dead after a crash. */
  private final class Handle implements DiskFile {
    private final SimulatedFile file;
    private final int bornIn = life;
    private boolean closed;

    Handle(SimulatedFile file) {
      this.file = file;
    }

    @Override
    public long size() throws IOException {
      checkAlive();
      return file.size();
    }

    @Override
    public void write(long position, java.nio.ByteBuffer source) throws IOException {
      checkAlive();
      long more = position + source.remaining() - file.size();
      if (file.grows() && more > usableBytes()) {
        throw new IOException("No space left on device: wanted " + more + " more");
      }
      file.write(position, source);
    }

    @Override
    public void read(long position, java.nio.ByteBuffer target) throws IOException {
      checkAlive();
      if (failReads) {
        throw new IOException("Input/output error (simulated)");
      }
      file.read(position, target);
    }

    @Override
    public void force() throws IOException {
      checkAlive();
      if (failForces || failNextForce) {
        failNextForce = false;
        file.failForce();
        throw new IOException("Input/output error (simulated)");
      }
      file.force();
    }

    @Override
    public void close() {
      closed = true;
    }

    private void checkAlive() throws IOException {
      if (closed || bornIn != life) {
        throw new IOException("file is closed");
      }
    }
  }
}
