package dev.keelson.client.cli;

/** How results are written; the names are what is typed. */
enum OutputFormat {
  /** For people. */
  table,
  /** An object, or an array of objects. */
  json,
  /** A header and rows, RFC 4180. */
  csv
}
