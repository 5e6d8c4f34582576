package dev.keelson.coordination;

import java.io.Serial;

/** The metadata store didn't answer in time, or can't now. Reading again later may succeed. */
public final class MetadataUnavailableException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  public MetadataUnavailableException(String message) {
    super(message);
  }

  public MetadataUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
