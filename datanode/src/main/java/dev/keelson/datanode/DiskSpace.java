package dev.keelson.datanode;

import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.GaugeMetricFamily;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/** What a node's data takes of its volume, and what is left there. Blocks for as long as a look. */
final class DiskSpace extends Collector {
  private final Path directory;

  DiskSpace(Path directory, CollectorRegistry registry) {
    this.directory = directory;
    registry.register(this);
  }

  /** The lengths of all files of the node, journal and rows; not what else is on the volume. */
  long usedBytes() throws IOException {
    long[] bytes = new long[1];
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            bytes[0] += attributes.size();
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException gone) {
            // Segments and maps go while we look.
            return FileVisitResult.CONTINUE;
          }
        });
    return bytes[0];
  }

  /** What the volume has left for this process. */
  long freeBytes() throws IOException {
    return Files.getFileStore(directory).getUsableSpace();
  }

  @Override
  public List<MetricFamilySamples> collect() {
    try {
      return List.of(
          new GaugeMetricFamily(
              "keelson_node_disk_used_bytes", "Files of this node: journal and rows.", usedBytes()),
          new GaugeMetricFamily(
              "keelson_node_disk_free_bytes", "What is left on the volume.", freeBytes()));
    } catch (IOException e) {
      // No value is better than a wrong one.
      return List.of();
    }
  }
}
