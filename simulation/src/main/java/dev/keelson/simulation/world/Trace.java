package dev.keelson.simulation.world;

import com.google.protobuf.TextFormat;
import dev.keelson.proto.internal.v1.PeerMessage;
import java.util.function.Supplier;

/** What happens in a run, line by line, for whoever reads about a failed one. */
public interface Trace {
  /** Tells nobody. */
  Trace NONE = (nanos, line) -> {};

  /** On the terminal. */
  Trace PRINTED = (nanos, line) -> System.out.printf("%,14d us  %s%n", nanos / 1_000, line.get());

  void line(long nanos, Supplier<String> line);

  static String oneLine(PeerMessage message) {
    return TextFormat.printer().emittingSingleLine(true).printToString(message);
  }
}
