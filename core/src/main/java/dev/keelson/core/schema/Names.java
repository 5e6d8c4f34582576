package dev.keelson.core.schema;

import dev.keelson.core.error.ErrorCode;
import java.util.Set;
import java.util.regex.Pattern;

/** What keyspaces, tables and columns may be called. */
public final class Names {
  /** The keyspace of those who name none. */
  public static final String DEFAULT_KEYSPACE = "main";

  private static final Pattern VALID = Pattern.compile("[a-z][a-z0-9_]{0,62}");
  private static final String RESERVED_PREFIX = "keelson_";
  private static final Set<String> RESERVED_KEYSPACES =
      Set.of("keelson", "system", "information_schema", "pg_catalog");

  private Names() {}

  public static String keyspaceOrDefault(String name) {
    return name.isEmpty() ? DEFAULT_KEYSPACE : name;
  }

  /** Checks the name of a keyspace that is about to be created. */
  public static void checkKeyspace(String name) {
    check("keyspace", name);
    if (RESERVED_KEYSPACES.contains(name)) {
      throw ErrorCode.INVALID_DEFINITION.because("The keyspace name '" + name + "' is reserved");
    }
  }

  static void checkTable(String name) {
    check("table", name);
  }

  static void checkColumn(String name) {
    check("column", name);
  }

  private static void check(String what, String name) {
    if (!VALID.matcher(name).matches()) {
      throw ErrorCode.INVALID_DEFINITION.because(
          ("The %s name '%s' is not valid: a name has 1 to 63 of a-z, 0-9 and _, and begins with"
                  + " a letter")
              .formatted(what, shortened(name)));
    }
    if (name.startsWith(RESERVED_PREFIX)) {
      throw ErrorCode.INVALID_DEFINITION.because(
          "The %s name '%s' is reserved: names that begin with %s belong to the database"
              .formatted(what, name, RESERVED_PREFIX));
    }
  }

  /** What a caller sent, cut so that no message grows with it. */
  public static String shortened(String name) {
    return name.length() <= 80 ? name : name.substring(0, 80) + "…";
  }
}
