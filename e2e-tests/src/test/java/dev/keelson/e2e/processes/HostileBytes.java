package dev.keelson.e2e.processes;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/** What no well-meaning peer sends. */
record HostileBytes(String name, byte[] bytes) {
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] EMPTY_SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};
  private static final byte[] LARGEST_DATA_FRAME = {-1, -1, -1, 0, 0, 0, 0, 0, 1};
  private static final byte[] BAD_HEADERS_FRAME = {0, 0, 4, 1, 4, 0, 0, 0, 1, -1, -1, -1, -1};
  private static final byte[] HALF_A_FRAME = {0, 63, 0, 0, 0, 0, 0, 0, 1, 7, 7, 7};

  static final List<HostileBytes> ALL =
      List.of(
          new HostileBytes("garbage", garbage(64 << 10)),
          text("an HTTP/1 request", "GET / HTTP/1.1\r\nHost: keelson\r\nConnection: close\r\n\r\n"),
          text("an endless header", "GET / HTTP/1.1\r\nX: " + "x".repeat(1 << 20)),
          new HostileBytes("a TLS greeting", new byte[] {22, 3, 1, 2, 0, 1, 0, 1, -4, 3, 3}),
          new HostileBytes(
              "an oversized frame", joined(PREFACE, EMPTY_SETTINGS, LARGEST_DATA_FRAME)),
          new HostileBytes("bad headers", joined(PREFACE, EMPTY_SETTINGS, BAD_HEADERS_FRAME)),
          text("half a preface", "PRI * HTT"),
          text("half a request", "GET /ready HT"),
          new HostileBytes("a preface and silence", PREFACE),
          new HostileBytes("half a frame", joined(PREFACE, EMPTY_SETTINGS, HALF_A_FRAME)));

  private static HostileBytes text(String name, String text) {
    return new HostileBytes(name, text.getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] garbage(int size) {
    byte[] bytes = new byte[size];
    new SplittableRandom(4).nextBytes(bytes);
    return bytes;
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /** Sends it and says whether the server has ended the connection within a time. */
  boolean endsConnection(int port, Duration limit) throws IOException {
    long deadline = System.nanoTime() + limit.toNanos();
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10_000);
      send(socket);
      InputStream in = socket.getInputStream();
      byte[] buffer = new byte[4096];
      while (true) {
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          return false;
        }
        socket.setSoTimeout((int) left);
        if (in.read(buffer) < 0) {
          return true;
        }
      }
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }

  private void send(Socket socket) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(bytes);
    out.flush();
  }
}
