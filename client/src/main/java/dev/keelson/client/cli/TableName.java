package dev.keelson.client.cli;

/**
 * What is typed for a table: {@code name} or {@code keyspace.name}.
 *
 * @param keyspace empty means the default keyspace
 */
record TableName(String keyspace, String table) {
  static TableName parse(String text) {
    int dot = text.indexOf('.');
    if (text.isEmpty() || dot == 0 || dot == text.length() - 1) {
      throw new UserException("`" + text + "` is no table: write NAME or KEYSPACE.NAME");
    }
    return dot < 0
        ? new TableName("", text)
        : new TableName(text.substring(0, dot), text.substring(dot + 1));
  }
}
