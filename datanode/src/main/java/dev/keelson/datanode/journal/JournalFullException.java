package dev.keelson.datanode.journal;

/** Nothing of the batch was taken: the disk is about to be full, or too much is waiting for it. */
public final class JournalFullException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What there is too little of. */
  public enum Shortage {
    /** Ends when files are removed or the volume grows; the journal notices by itself. */
    DISK,
    /** Ends when what is waiting has become durable. */
    QUEUE
  }

  private final Shortage shortage;

  JournalFullException(Shortage shortage, String message) {
    super(message);
    this.shortage = shortage;
  }

  public Shortage shortage() {
    return shortage;
  }
}
