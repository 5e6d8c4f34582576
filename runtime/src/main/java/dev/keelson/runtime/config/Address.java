package dev.keelson.runtime.config;

import java.net.InetSocketAddress;

/** A host and a port, written {@code host:port} or {@code [::1]:port}; not yet resolved. */
public record Address(String host, int port) {
  public Address {
    if (host.isEmpty()) {
      throw new IllegalArgumentException("an address needs a host");
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("a port must be from 0 to 65535: " + port);
    }
  }

  public static Address parse(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.contains(":")) {
      throw new IllegalArgumentException("an IPv6 host needs brackets, as in [::1]:7400");
    }
    if (host.isEmpty()) {
      throw new IllegalArgumentException("not an address such as host:7400");
    }
    try {
      return new Address(host, Integer.parseInt(text.substring(colon + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not an address such as host:7400", e);
    }
  }

  /** For listening and for connecting at once; looks the host up. */
  public InetSocketAddress resolve() {
    return new InetSocketAddress(host, port);
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
