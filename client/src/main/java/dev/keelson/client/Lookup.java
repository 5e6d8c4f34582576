package dev.keelson.client;

import java.util.Optional;

/** The answer to a point read: the row, if there is one, and who says so. */
public record Lookup(Optional<Row> row, Served served) {
  static Lookup fromProto(dev.keelson.proto.v1.GetResponse response) {
    Optional<Row> row =
        response.getFound()
            ? Optional.of(Row.fromCells(response.getCellsList(), response.getVersion()))
            : Optional.empty();
    return new Lookup(row, Served.fromProto(response.getServed()));
  }
}
