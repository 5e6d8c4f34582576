package dev.keelson.examples;

import dev.keelson.client.Condition;
import dev.keelson.client.KeelsonClient;
import dev.keelson.client.KeelsonException;
import dev.keelson.client.Row;
import dev.keelson.client.Rows;
import dev.keelson.client.Table;
import java.io.PrintStream;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The departure board of an airport: what leaves between two times, the newest flights, and a delay
 * that is reported while others may report one too.
 *
 * <pre>
 * Departures ATL 2001-01-01T08:00 2001-01-01T09:00
 * </pre>
 */
public final class Departures {
  private static final int NEWEST = 5;
  private static final int MAX_ATTEMPTS = 10;

  private final Table flights;
  private final Table airports;

  Departures(KeelsonClient client) {
    this.flights = client.table("flights");
    this.airports = client.table("airports");
  }

  public static void main(String[] arguments) {
    if (arguments.length != 3) {
      System.err.println("usage: Departures AIRPORT FROM TO, times as 2001-01-01T08:00");
      System.exit(2);
    }
    String router = System.getenv().getOrDefault("KEELSON_ROUTER", "127.0.0.1:7400");
    try (KeelsonClient client = KeelsonClient.connect(router)) {
      new Departures(client).show(arguments[0], time(arguments[1]), time(arguments[2]), System.out);
    } catch (KeelsonException failure) {
      System.err.println(failure.getMessage());
      System.exit(1);
    }
  }

  private static Instant time(String text) {
    return LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
  }

  void show(String airport, Instant from, Instant to, PrintStream out) {
    out.println("Departures of " + name(airport) + " from " + from + " until " + to);
    print(between(airport, from, to), out);
    List<Row> newest = newest(airport);
    out.println();
    out.println("The newest " + newest.size());
    print(newest, out);
    if (!newest.isEmpty()) {
      Row changed = addDelay(newest.get(0), 10);
      out.println();
      out.println("One of them is 10 minutes later now: " + changed);
    }
  }

  private String name(String airport) {
    return airports
        .get(Row.of("code", airport), "name")
        .map(row -> row.string("name"))
        .orElse(airport);
  }

  /** The partition of an airport is in the order of departure, so this reads only what it shows. */
  private List<Row> between(String airport, Instant from, Instant to) {
    try (Rows rows = flights.scan(Row.of("origin", airport)).from(from).before(to).rows()) {
      return rows.toList();
    }
  }

  private List<Row> newest(String airport) {
    try (Rows rows = flights.scan(Row.of("origin", airport)).reverse().limit(NEWEST).rows()) {
      return rows.toList();
    }
  }

  private void print(List<Row> departures, PrintStream out) {
    Map<String, String> names = names(departures);
    for (Row flight : departures) {
      String destination = flight.string("destination");
      out.printf(
          "  %s  %-4s %-40s %4s min late%n",
          flight.timestamp("departure"),
          destination,
          names.getOrDefault(destination, "?"),
          flight.value("delay_minutes").orElse("?"));
    }
  }

  /** All names in one request, instead of one request for each flight. */
  private Map<String, String> names(List<Row> departures) {
    List<String> codes =
        departures.stream().map(flight -> flight.string("destination")).distinct().toList();
    Map<String, String> names = new HashMap<>();
    // A request may name 1,000 keys.
    for (List<String> some : slices(codes, 1_000)) {
      List<Row> keys = some.stream().map(code -> Row.of("code", code)).toList();
      for (Optional<Row> found : airports.getAll(keys, "code", "name")) {
        found.ifPresent(
            row -> names.put(row.string("code"), String.valueOf(row.value("name").orElse("?"))));
      }
    }
    return Collections.unmodifiableMap(names);
  }

  private static List<List<String>> slices(List<String> all, int size) {
    List<List<String>> slices = new ArrayList<>();
    for (int at = 0; at < all.size(); at += size) {
      slices.add(all.subList(at, Math.min(all.size(), at + size)));
    }
    return slices;
  }

  /**
   * Adds to what the delay is when the write is applied: if somebody changed the flight since it
   * was read, it is read again.
   */
  private Row addDelay(Row flight, long minutes) {
    Row key =
        Row.of("origin", flight.string("origin"))
            .with("departure", flight.timestamp("departure"))
            .with("line", flight.longValue("line"));
    for (int attempt = 1; ; attempt++) {
      Row now = flights.get(key).orElseThrow(() -> new IllegalStateException("it was cancelled"));
      long delay = now.isNull("delay_minutes") ? 0 : now.longValue("delay_minutes");
      Row change = key.with("delay_minutes", delay + minutes);
      try {
        flights.update(change, Condition.version(now.version()));
        return change;
      } catch (KeelsonException failure) {
        boolean raced = failure.code().equals("CONDITION_FAILED");
        if (!raced || attempt == MAX_ATTEMPTS) {
          throw failure;
        }
      }
    }
  }
}
