package dev.keelson.router.scan;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.proto.internal.v1.Continuation;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.CRC32C;

/**
 * A continuation as clients carry it: what any router needs to go on, so that it outlives the one
 * that wrote it.
 *
 * <pre>
 *   byte 0   bytes 1–4                bytes 5–
 *   version  CRC-32C of what follows  Continuation (continuation.proto)
 * </pre>
 *
 * The checksum keeps accidents out, not forgers: whoever forges one reads what the same request
 * would have let them read, since a scan never leaves the range of its request.
 */
final class ContinuationToken {
  private static final byte VERSION = 1;
  private static final int HEADER = 5;

  /** Longer ones were not written by us: a key for each shard that is read at once, and ranges. */
  private static final int GREATEST = 256 << 10;

  private ContinuationToken() {}

  static ByteString write(Continuation continuation) {
    ByteString body = continuation.toByteString();
    ByteBuffer header = ByteBuffer.allocate(HEADER).put(VERSION).putInt(checksum(body)).flip();
    return ByteString.copyFrom(header).concat(body);
  }

  /**
   * What a token says; INVALID_CONTINUATION when it is damaged or of another request.
   *
   * @param requestHash of the request that it came with
   */
  static Continuation read(ByteString token, long requestHash) {
    if (token.size() < HEADER || token.size() > GREATEST) {
      throw refused("It has %d bytes".formatted(token.size()));
    }
    ByteBuffer header = token.substring(0, HEADER).asReadOnlyByteBuffer();
    byte version = header.get();
    if (version != VERSION) {
      throw refused("It has the unknown format " + version);
    }
    ByteString body = token.substring(HEADER);
    if (header.getInt() != checksum(body)) {
      throw refused("Its bytes are not as they were given out");
    }
    Continuation continuation = parse(body);
    if (continuation.getRequestHash() != requestHash) {
      throw refused("It belongs to another request");
    }
    return continuation;
  }

  static DatabaseException refused(String why) {
    return ErrorCode.INVALID_CONTINUATION.because("The continuation can't be used. " + why);
  }

  /** Tells requests apart; {@code request} is without its limit and continuation. */
  static long hash(MessageLite request) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(request.toByteArray());
      return ByteBuffer.wrap(digest).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static Continuation parse(ByteString body) {
    try {
      return Continuation.parseFrom(body);
    } catch (InvalidProtocolBufferException e) {
      throw refused("Its content can't be read");
    }
  }

  private static int checksum(ByteString body) {
    CRC32C checksum = new CRC32C();
    checksum.update(body.asReadOnlyByteBuffer());
    return (int) checksum.getValue();
  }
}
