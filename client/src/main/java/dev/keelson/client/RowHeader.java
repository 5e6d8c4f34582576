package dev.keelson.client;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The names of a row's columns; one for all rows of a scan. */
final class RowHeader {
  /** From here on a map is faster than looking at each name. */
  private static final int MAPPED_FROM = 9;

  private final List<String> names;
  private final Map<String, Integer> index;

  private RowHeader(List<String> names) {
    this.names = names;
    this.index = names.size() < MAPPED_FROM ? Map.of() : index(names);
  }

  static RowHeader of(List<String> names) {
    return new RowHeader(List.copyOf(names));
  }

  private static Map<String, Integer> index(List<String> names) {
    Map<String, Integer> index = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      index.putIfAbsent(names.get(i), i);
    }
    return index;
  }

  RowHeader plus(String name) {
    List<String> longer = new ArrayList<>(names);
    longer.add(name);
    return of(longer);
  }

  /** Below zero when there is no such column. */
  int indexOf(String name) {
    return names.size() < MAPPED_FROM ? names.indexOf(name) : index.getOrDefault(name, -1);
  }

  String name(int at) {
    return names.get(at);
  }

  int size() {
    return names.size();
  }

  List<String> names() {
    return names;
  }
}
