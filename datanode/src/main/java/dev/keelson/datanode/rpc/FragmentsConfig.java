package dev.keelson.datanode.rpc;

/**
 * Limits of a router's stream.
 *
 * @param framesAhead frames that a router may send before the first of them was taken
 * @param frameBytes a frame of answers is closed when it holds so much
 * @param waitingBytes answers that wait for a router that reads slowly; beyond that, reads are
 *     answered with an error instead
 */
public record FragmentsConfig(int framesAhead, int frameBytes, int waitingBytes) {
  public static final FragmentsConfig DEFAULTS = new FragmentsConfig(64, 2 << 20, 64 << 20);

  public FragmentsConfig {
    if (framesAhead < 1 || frameBytes < 1 || waitingBytes < frameBytes) {
      throw new IllegalArgumentException(
          "limits of a router's stream: "
              + framesAhead
              + " frames ahead, frame of "
              + frameBytes
              + " bytes, waiting "
              + waitingBytes);
    }
  }
}
