package dev.keelson.datanode.storage;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What a shard begins with: opening it costs nothing, and many shards are small for good. */
final class HeapStore implements RowStore {
  private static final int FILLING_VALUES = 4096;
  private static final long FILLING_BYTES = 1 << 20;
  private static final long FULL_BYTES = 64 << 20;

  private final ConcurrentHashMap<ByteString, byte[]> values = new ConcurrentHashMap<>();

  /** Of keys and values. */
  private long bytes;

  @Override
  public byte @Nullable [] value(byte[] key) {
    return values.get(UnsafeByteOperations.unsafeWrap(key));
  }

  @Override
  public void put(byte[] key, byte[] value) {
    byte[] old = values.put(UnsafeByteOperations.unsafeWrap(key), value);
    bytes += value.length - (old == null ? -key.length : old.length);
  }

  @Override
  public void putIfAbsent(byte[] key, byte[] value) {
    throw new IllegalStateException("nothing is ever copied to the heap");
  }

  @Override
  public void remove(byte[] key) {
    byte[] old = values.remove(UnsafeByteOperations.unsafeWrap(key));
    if (old != null) {
      bytes -= key.length + old.length;
    }
  }

  @Override
  public boolean isFilling() {
    return values.size() > FILLING_VALUES || bytes > FILLING_BYTES;
  }

  @Override
  public boolean isFull() {
    return bytes > FULL_BYTES;
  }

  @Override
  public void discard() {
    values.clear();
  }
}
