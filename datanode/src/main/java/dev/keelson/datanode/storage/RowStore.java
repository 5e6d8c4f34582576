package dev.keelson.datanode.storage;

import org.jspecify.annotations.Nullable;

/**
 * Values by key, without order. One thread writes; another one may read and {@link #putIfAbsent}
 * while a store is copied.
 */
interface RowStore {
  byte @Nullable [] value(byte[] key);

  void put(byte[] key, byte[] value);

  void putIfAbsent(byte[] key, byte[] value);

  void remove(byte[] key);

  /** It is time to copy into a larger one. */
  boolean isFilling();

  /** No further row may be put: a larger one is needed first. */
  boolean isFull();

  /** Frees what it takes, on disk too. */
  void discard();
}
