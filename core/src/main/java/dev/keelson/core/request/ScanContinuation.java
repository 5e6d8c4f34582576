package dev.keelson.core.request;

import com.google.protobuf.ByteString;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.key.KeyRange;

/** Where a scan of one partition goes on: behind a row, for a client to keep. */
public final class ScanContinuation {
  /** The form of the token, so that a later one can be told from it. */
  private static final ByteString FORM = ByteString.copyFrom(new byte[] {1});

  private ScanContinuation() {}

  /** The token that goes on behind a row, or before it when the scan is reversed. */
  public static ByteString at(ByteString key) {
    return FORM.concat(key);
  }

  /** What is left of a scan's range; the token may be empty. */
  static KeyRange rest(KeyRange range, ByteString token, boolean reverse) {
    if (token.isEmpty()) {
      return range;
    }
    ByteString key = token.substring(1);
    if (!token.startsWith(FORM) || !range.contains(key)) {
      throw ErrorCode.INVALID_CONTINUATION.because("The continuation is not of this scan");
    }
    return reverse ? range.before(key) : range.after(key);
  }
}
