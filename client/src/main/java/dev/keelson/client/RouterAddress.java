package dev.keelson.client;

import java.util.Arrays;
import java.util.List;

/**
 * Where routers listen.
 *
 * @param every whether the name stands for several routers, one for each of its addresses
 */
record RouterAddress(String host, int port, boolean every) {
  private static final String DNS = "dns:///";

  /** Reads {@code host:port}, {@code [v6]:port} or {@code dns:///host:port}, comma-separated. */
  static List<RouterAddress> parseAll(String text) {
    return Arrays.stream(text.split(",")).map(String::strip).map(RouterAddress::parse).toList();
  }

  private static RouterAddress parse(String text) {
    boolean every = text.startsWith(DNS);
    String address = every ? text.substring(DNS.length()) : text;
    int colon = address.lastIndexOf(':');
    String host = colon < 0 ? "" : address.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (host.isEmpty() || (host.contains(":") && !bracketed)) {
      throw wrong(text);
    }
    return new RouterAddress(
        bracketed ? host.substring(1, host.length() - 1) : host,
        port(address.substring(colon + 1), text),
        every);
  }

  private static int port(String digits, String text) {
    try {
      int port = Integer.parseInt(digits);
      if (port > 0 && port <= 65_535) {
        return port;
      }
    } catch (NumberFormatException notANumber) {
      throw wrong(text);
    }
    throw wrong(text);
  }

  private static IllegalArgumentException wrong(String text) {
    return new IllegalArgumentException(
        "`"
            + text
            + "` is no router address: write host:port, such as 127.0.0.1:7400, or"
            + " dns:///host:port for all addresses of a name");
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
