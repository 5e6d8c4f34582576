package dev.keelson.client.cli;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads RFC 4180 records: fields in quotes may hold the delimiter, line ends and doubled quotes.
 * Lines end with LF or CRLF; empty lines are passed over.
 *
 * <p>One pass over a buffer, and a string per field: parsing must not be what a load waits for.
 */
final class CsvReader {
  /** A record that is longer is a quote that was never closed. */
  private static final int MAX_RECORD_CHARACTERS = 4 << 20;

  private final Reader in;
  private final char delimiter;
  private final char[] buffer = new char[64 << 10];
  private final StringBuilder field = new StringBuilder();
  private final List<@Nullable String> fields = new ArrayList<>();
  private int at;
  private int end;
  private long line = 1;
  private long recordLine;
  private int recordCharacters;

  CsvReader(Reader in, char delimiter) {
    this.in = in;
    this.delimiter = delimiter;
  }

  /** The line that the last record began in; the first line is 1. */
  long line() {
    return recordLine;
  }

  /**
   * The next record's fields, in a list that the next call changes. A field without quotes that is
   * empty is null.
   *
   * @return false at the end
   */
  boolean next(List<@Nullable String> into) throws IOException {
    do {
      if (!readRecord()) {
        return false;
      }
    } while (fields.size() == 1 && fields.get(0) == null);
    into.clear();
    into.addAll(fields);
    return true;
  }

  private boolean readRecord() throws IOException {
    fields.clear();
    recordLine = line;
    recordCharacters = 0;
    int sign = read();
    if (sign < 0) {
      return false;
    }
    while (true) {
      sign = sign == '"' ? quotedField() : plainField(sign);
      if (sign == delimiter) {
        sign = read();
        continue;
      }
      if (sign == '\n') {
        line++;
      }
      return true;
    }
  }

  /** Returns what ended the field: the delimiter, a line end, or -1. */
  private int plainField(int first) throws IOException {
    int sign = first;
    field.setLength(0);
    while (sign != delimiter && sign != '\n' && sign >= 0) {
      field.append((char) sign);
      sign = read();
    }
    if (sign != delimiter && field.length() > 0 && field.charAt(field.length() - 1) == '\r') {
      field.setLength(field.length() - 1);
    }
    fields.add(field.length() == 0 ? null : field.toString());
    return sign;
  }

  private int quotedField() throws IOException {
    field.setLength(0);
    while (true) {
      int sign = read();
      if (sign < 0) {
        throw new UserException("line " + recordLine + " begins a field in quotes that has no end");
      }
      if (sign == '\n') {
        line++;
      }
      if (sign != '"') {
        field.append((char) sign);
        continue;
      }
      sign = read();
      if (sign != '"') {
        fields.add(field.toString());
        return behindQuotes(sign);
      }
      field.append('"');
    }
  }

  /** What follows the closing quote up to the delimiter belongs to the field, as others read it. */
  private int behindQuotes(int first) throws IOException {
    int sign = first;
    StringBuilder rest = new StringBuilder();
    while (sign != delimiter && sign != '\n' && sign >= 0) {
      if (sign != '\r') {
        rest.append((char) sign);
      }
      sign = read();
    }
    if (rest.length() > 0) {
      int last = fields.size() - 1;
      fields.set(last, fields.get(last) + rest);
    }
    return sign;
  }

  private int read() throws IOException {
    if (at == end) {
      end = in.read(buffer, 0, buffer.length);
      at = 0;
      if (end <= 0) {
        end = 0;
        return -1;
      }
    }
    recordCharacters++;
    if (recordCharacters > MAX_RECORD_CHARACTERS) {
      throw new UserException(
          "line "
              + recordLine
              + " begins a record of more than "
              + MAX_RECORD_CHARACTERS
              + " characters: is a quote missing?");
    }
    return buffer[at++];
  }
}
