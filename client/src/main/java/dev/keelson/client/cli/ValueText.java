package dev.keelson.client.cli;

import dev.keelson.client.ColumnType;
import dev.keelson.client.TableDefinition;
import dev.keelson.client.TableDefinition.Column;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Values as people write them, on the command line and in files. */
final class ValueText {
  private static final DateTimeFormatter TIMESTAMP =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .appendPattern("['T'][' ']")
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .optionalStart()
          .appendOffset("+HH:MM", "Z")
          .toFormatter(Locale.ROOT);

  private ValueText() {}

  /**
   * Reads a value.
   *
   * @throws UserException that names the column, the type and the text
   */
  static Object parse(String text, Column column) {
    try {
      return parse(text, column.type());
    } catch (IllegalArgumentException | DateTimeException wrong) {
      throw new UserException(
          "`"
              + text
              + "` is no "
              + column.type()
              + " for the column "
              + column.name()
              + ": write "
              + example(column.type()));
    }
  }

  static Column column(TableDefinition table, String name) {
    return table
        .column(name)
        .orElseThrow(
            () ->
                new UserException(
                    "the table "
                        + table.name()
                        + " has no column "
                        + name
                        + "; it has "
                        + String.join(", ", table.columns().stream().map(Column::name).toList())));
  }

  private static Object parse(String text, ColumnType type) {
    return switch (type) {
      case BOOL -> bool(text);
      case INT64 -> Long.parseLong(text);
      case DOUBLE -> Double.parseDouble(text);
      case STRING -> text;
      case BYTES -> bytes(text);
      case UUID -> uuid(text);
      case TIMESTAMP -> timestamp(text);
      case DATE -> LocalDate.parse(text);
    };
  }

  private static boolean bool(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "t", "yes", "1" -> true;
      case "false", "f", "no", "0" -> false;
      default -> throw new IllegalArgumentException(text);
    };
  }

  private static byte[] bytes(String text) {
    if (!text.startsWith("0x")) {
      throw new IllegalArgumentException(text);
    }
    return HexFormat.of().parseHex(text, 2, text.length());
  }

  private static UUID uuid(String text) {
    if (text.length() != 36) {
      throw new IllegalArgumentException(text);
    }
    return UUID.fromString(text);
  }

  /** Without an offset it is UTC. */
  private static Instant timestamp(String text) {
    TemporalAccessor parsed = TIMESTAMP.parse(text);
    LocalTime time = parsed.query(TemporalQueries.localTime());
    LocalDateTime local =
        LocalDateTime.of(LocalDate.from(parsed), time == null ? LocalTime.MIDNIGHT : time);
    return parsed.isSupported(ChronoField.OFFSET_SECONDS)
        ? local.toInstant(ZoneOffset.from(parsed))
        : local.toInstant(ZoneOffset.UTC);
  }

  private static String example(ColumnType type) {
    return switch (type) {
      case BOOL -> "true or false";
      case INT64 -> "a whole number, such as -17";
      case DOUBLE -> "a number, such as 1.5e3";
      case STRING -> "any text";
      case BYTES -> "0x and pairs of hexadecimal digits, such as 0x00ff";
      case UUID -> "it as 123e4567-e89b-42d3-a456-426614174000";
      case TIMESTAMP -> "it as 2001-01-01T00:01, with :SS, .ffffff and an offset as you like (UTC)";
      case DATE -> "it as 2001-01-31";
    };
  }

  /** What {@link #parse} reads; empty for NULL. */
  static String format(@Nullable Object value) {
    if (value == null) {
      return "";
    }
    return value instanceof byte[] bytes
        ? "0x" + HexFormat.of().formatHex(bytes)
        : value.toString();
  }
}
