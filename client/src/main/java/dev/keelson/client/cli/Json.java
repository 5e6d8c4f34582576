package dev.keelson.client.cli;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes maps, lists and values as JSON, on one line. */
final class Json {
  private Json() {}

  static String text(@Nullable Object value) {
    StringBuilder text = new StringBuilder();
    append(text, value);
    return text.toString();
  }

  private static void append(StringBuilder text, @Nullable Object value) {
    if (value == null || value instanceof Boolean || value instanceof Long) {
      text.append(value);
    } else if (value instanceof Integer || isFinite(value)) {
      text.append(value);
    } else if (value instanceof Map<?, ?> map) {
      object(text, map);
    } else if (value instanceof List<?> list) {
      array(text, list);
    } else {
      string(text, ValueText.format(value));
    }
  }

  /** JSON has no NaN and no infinities; those become strings. */
  private static boolean isFinite(Object value) {
    return value instanceof Double number && Double.isFinite(number);
  }

  private static void object(StringBuilder text, Map<?, ?> map) {
    text.append('{');
    for (Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
        entries.hasNext(); ) {
      Map.Entry<?, ?> entry = entries.next();
      string(text, String.valueOf(entry.getKey()));
      text.append(": ");
      append(text, entry.getValue());
      text.append(entries.hasNext() ? ", " : "");
    }
    text.append('}');
  }

  private static void array(StringBuilder text, List<?> list) {
    text.append('[');
    for (Iterator<?> values = list.iterator(); values.hasNext(); ) {
      append(text, values.next());
      text.append(values.hasNext() ? ", " : "");
    }
    text.append(']');
  }

  private static void string(StringBuilder text, String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char sign = value.charAt(i);
      switch (sign) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> {
          if (sign < ' ' || Character.isSurrogate(sign) && !paired(value, i)) {
            text.append(String.format("\\u%04x", (int) sign));
          } else {
            text.append(sign);
          }
        }
      }
    }
    text.append('"');
  }

  private static boolean paired(String value, int at) {
    char sign = value.charAt(at);
    return Character.isHighSurrogate(sign)
        ? at + 1 < value.length() && Character.isLowSurrogate(value.charAt(at + 1))
        : at > 0 && Character.isHighSurrogate(value.charAt(at - 1));
  }
}
