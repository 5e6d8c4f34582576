package dev.keelson.operator.scaling;

import java.util.List;
import java.util.stream.IntStream;

/**
 * How many data nodes a zone has and shall have.
 *
 * @param set the StatefulSet; its pods are its name with an ordinal
 * @param there the pods that the StatefulSet is told to keep; none while it does not exist
 */
public record ZoneSize(String zone, String set, int asked, int there) {
  String node(int ordinal) {
    return set + "-" + ordinal;
  }

  List<String> staying() {
    return IntStream.range(0, asked).mapToObj(this::node).toList();
  }

  /** The highest first, for a StatefulSet lets them go in that order. */
  public List<String> leaving() {
    return IntStream.range(asked, Math.max(asked, there))
        .map(ordinal -> asked + there - 1 - ordinal)
        .mapToObj(this::node)
        .toList();
  }
}
