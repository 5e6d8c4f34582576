package dev.keelson.core.key;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.util.Comparator;

/**
 * The keys from {@code lower}, which is in the range, to {@code upper}, which is not. None when
 * {@code upper} is not above {@code lower}.
 *
 * @param upper empty means that the range has no end
 */
public record KeyRange(ByteString lower, ByteString upper) {
  private static final ByteString ZERO = ByteString.copyFrom(new byte[1]);
  private static final Comparator<ByteString> ORDER =
      ByteString.unsignedLexicographicalComparator();

  /** All keys that begin like this. */
  public static KeyRange ofPrefix(ByteString prefix) {
    return new KeyRange(prefix, afterPrefix(prefix));
  }

  /** The least bytes above all that begin like this; empty when there are none. */
  public static ByteString afterPrefix(ByteString prefix) {
    int end = prefix.size();
    while (end > 0 && prefix.byteAt(end - 1) == (byte) 0xff) {
      end--;
    }
    byte[] bytes = prefix.substring(0, end).toByteArray();
    if (end > 0) {
      bytes[end - 1]++;
    }
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  /** What is left of the range behind a key of it. */
  public KeyRange after(ByteString key) {
    return new KeyRange(key.concat(ZERO), upper);
  }

  /** What is left of the range before a key of it. */
  public KeyRange before(ByteString key) {
    return new KeyRange(lower, key);
  }

  public boolean isEmpty() {
    return !upper.isEmpty() && ORDER.compare(lower, upper) >= 0;
  }

  public boolean contains(ByteString key) {
    return ORDER.compare(lower, key) <= 0 && (upper.isEmpty() || ORDER.compare(key, upper) < 0);
  }
}
