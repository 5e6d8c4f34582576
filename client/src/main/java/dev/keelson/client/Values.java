package dev.keelson.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.keelson.proto.v1.Value;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Java objects to and from the values of the protocol. */
final class Values {
  static final Value NULL = Value.getDefaultInstance();
  private static final long MICROS_PER_SECOND = 1_000_000;

  private Values() {}

  static Value toProto(@Nullable Object value) {
    if (value == null) {
      return NULL;
    }
    Value.Builder builder = Value.newBuilder();
    if (value instanceof String text) {
      builder.setStringValue(text);
    } else if (value instanceof Long || value instanceof Integer || value instanceof Short) {
      builder.setInt64Value(((Number) value).longValue());
    } else if (value instanceof Byte number) {
      builder.setInt64Value(number);
    } else if (value instanceof Double || value instanceof Float) {
      builder.setDoubleValue(((Number) value).doubleValue());
    } else if (value instanceof Boolean flag) {
      builder.setBoolValue(flag);
    } else if (value instanceof Instant instant) {
      builder.setTimestampMicros(micros(instant));
    } else if (value instanceof LocalDate date) {
      builder.setDateDays(Math.toIntExact(date.toEpochDay()));
    } else if (value instanceof UUID uuid) {
      builder.setUuidValue(bytes(uuid));
    } else if (value instanceof byte[] bytes) {
      builder.setBytesValue(ByteString.copyFrom(bytes));
    } else {
      throw new IllegalArgumentException(
          "no column can hold a "
              + value.getClass().getName()
              + ": use Boolean, Long, Double, String, byte[], UUID, Instant, LocalDate or null");
    }
    return builder.build();
  }

  static @Nullable Object fromProto(Value value) {
    return switch (value.getKindCase()) {
      case BOOL_VALUE -> value.getBoolValue();
      case INT64_VALUE -> value.getInt64Value();
      case DOUBLE_VALUE -> value.getDoubleValue();
      case STRING_VALUE -> value.getStringValue();
      case BYTES_VALUE -> value.getBytesValue().toByteArray();
      case UUID_VALUE -> uuid(value.getUuidValue());
      case TIMESTAMP_MICROS -> instant(value.getTimestampMicros());
      case DATE_DAYS -> LocalDate.ofEpochDay(value.getDateDays());
      case KIND_NOT_SET -> null;
    };
  }

  private static long micros(Instant instant) {
    try {
      return Math.addExact(
          Math.multiplyExact(instant.getEpochSecond(), MICROS_PER_SECOND),
          instant.getNano() / 1_000);
    } catch (ArithmeticException overflow) {
      throw new IllegalArgumentException(
          "the instant "
              + instant
              + " does not fit a TIMESTAMP, which counts microseconds in 64"
              + " bits",
          overflow);
    }
  }

  static Instant instant(long micros) {
    long seconds = Math.floorDiv(micros, MICROS_PER_SECOND);
    return Instant.ofEpochSecond(seconds, Math.floorMod(micros, MICROS_PER_SECOND) * 1_000);
  }

  private static ByteString bytes(UUID uuid) {
    byte[] bytes = new byte[16];
    ByteBuffer.wrap(bytes)
        .putLong(uuid.getMostSignificantBits())
        .putLong(uuid.getLeastSignificantBits());
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  static UUID uuid(ByteString bytes) {
    if (bytes.size() != 16) {
      throw Failures.garbage("a UUID of " + bytes.size() + " bytes instead of 16");
    }
    ByteBuffer buffer = bytes.asReadOnlyByteBuffer();
    return new UUID(buffer.getLong(), buffer.getLong());
  }
}
