package dev.keelson.core.schema;

import com.google.protobuf.ByteString;
import dev.keelson.proto.v1.Value;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Values of every type with their edges, and the order that they are to have. */
public final class Values {
  private static final List<Long> LONGS =
      List.of(Long.MIN_VALUE, -256L, 0L, 255L, (long) Integer.MAX_VALUE, Long.MAX_VALUE);
  private static final List<Double> DOUBLES =
      List.of(
          Double.NEGATIVE_INFINITY,
          -Double.MAX_VALUE,
          -1.5,
          -Double.MIN_VALUE,
          -0.0,
          0.0,
          Double.MIN_VALUE,
          1.5,
          Double.MAX_VALUE,
          Double.POSITIVE_INFINITY,
          Double.NaN);

  /** Zeros, escapes, and characters of which UTF-16 and UTF-8 have different orders. */
  private static final List<String> CHARACTERS =
      List.of("\0", "\1", "a", "b", "\u00ff", "\u0100", "\uffff", "\ud800\udc00", "\udbff\udfff");

  private static final byte[] BYTES = {0, 1, 2, 0x7f, (byte) 0x80, (byte) 0xff};

  private Values() {}

  /** Anything that a column of the type can hold, NaN included. */
  public static Arbitrary<Value> any(ColumnType type) {
    return Arbitraries.randomValue(random -> drawn(type, random));
  }

  /** Draws a value, an edge of its type more often than chance would. */
  public static Value drawn(ColumnType type, Random random) {
    Value.Builder value = Value.newBuilder();
    switch (type) {
      case BOOL -> value.setBoolValue(random.nextBoolean());
      case INT64 -> value.setInt64Value(drawnLong(random));
      case TIMESTAMP -> value.setTimestampMicros(drawnLong(random));
      case DATE -> value.setDateDays((int) drawnLong(random));
      case DOUBLE -> value.setDoubleValue(drawnDouble(random));
      case STRING -> value.setStringValue(drawnString(random));
      case BYTES -> value.setBytesValue(drawnBytes(random, random.nextInt(8)));
      case UUID -> value.setUuidValue(drawnBytes(random, 16));
    }
    return value.build();
  }

  /** Draws a value that a key can hold. */
  public static Value drawnForKey(ColumnType type, Random random) {
    Value value = drawn(type, random);
    return Double.isNaN(value.getDoubleValue()) ? drawnForKey(type, random) : value;
  }

  /** The order of two values of a type. */
  public static Comparator<Value> order(ColumnType type) {
    return switch (type) {
      case BOOL -> Comparator.comparing(Value::getBoolValue);
      case INT64 -> Comparator.comparing(Value::getInt64Value);
      case TIMESTAMP -> Comparator.comparing(Value::getTimestampMicros);
      case DATE -> Comparator.comparing(Value::getDateDays);
      case DOUBLE -> Comparator.comparing(it -> it.getDoubleValue() + 0.0);
      case STRING -> (a, b) -> byCodePoints(a.getStringValue(), b.getStringValue());
      case BYTES -> unsigned(Value::getBytesValue);
      case UUID -> unsigned(Value::getUuidValue);
    };
  }

  private static Comparator<Value> unsigned(java.util.function.Function<Value, ByteString> bytes) {
    return (a, b) ->
        Arrays.compareUnsigned(bytes.apply(a).toByteArray(), bytes.apply(b).toByteArray());
  }

  private static int byCodePoints(String a, String b) {
    return Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());
  }

  private static long drawnLong(Random random) {
    return random.nextBoolean()
        ? random.nextLong()
        : LONGS.get(random.nextInt(LONGS.size())) + random.nextInt(3) - 1;
  }

  private static double drawnDouble(Random random) {
    return random.nextBoolean()
        ? Double.longBitsToDouble(random.nextLong())
        : DOUBLES.get(random.nextInt(DOUBLES.size()));
  }

  /** Short ones of few characters, so that beginnings are shared. */
  private static String drawnString(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(6); i > 0; i--) {
      text.append(CHARACTERS.get(random.nextInt(CHARACTERS.size())));
    }
    return text.toString();
  }

  private static ByteString drawnBytes(Random random, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = BYTES[random.nextInt(BYTES.length)];
    }
    return ByteString.copyFrom(bytes);
  }
}
