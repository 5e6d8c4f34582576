package dev.keelson.datanode.journal;

import java.util.Optional;

/** What a record says; the codes are on disk. */
enum RecordKind {
  /**
   * A group of records begins here, and all before the durable end that it names was durable (R13).
   */
  GROUP(1),
  /** One entry of a shard's log. Cancels the shard's entries at and above its index (R18). */
  ENTRY(2),
  /** A replica's state from here on. */
  STATE(3),
  /** A replica's state from here on; its log is empty and begins behind the state's base. */
  RESET(4),
  /** At the beginning of a segment: a replica's state and the end of its log (R18). */
  SHARD(5),
  /** A replica is no more. */
  DROP(6);

  private static final RecordKind[] ALL = values();

  private final int code;

  RecordKind(int code) {
    this.code = code;
  }

  byte code() {
    return (byte) code;
  }

  static Optional<RecordKind> ofCode(int code) {
    return code >= 1 && code <= ALL.length ? Optional.of(ALL[code - 1]) : Optional.empty();
  }
}
