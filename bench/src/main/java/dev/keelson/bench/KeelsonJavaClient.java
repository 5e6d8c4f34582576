package dev.keelson.bench;

import dev.keelson.client.AsyncTable;
import dev.keelson.client.KeelsonClient;
import dev.keelson.client.Row;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Keelson by its Java client: one multiplexed stream per router. */
final class KeelsonJavaClient implements Target {
  private final KeelsonClient client;
  private final AsyncTable table;
  private final byte[] value;

  KeelsonJavaClient(List<String> routers, byte[] value) {
    client = KeelsonClient.connect(routers.toArray(String[]::new));
    table = client.table(KeelsonTable.NAME).async();
    this.value = value.clone();
  }

  @Override
  public String name() {
    return "Keelson, Java client";
  }

  @Override
  public void put(int key, Done done) {
    end(table.put(Row.of("key", KeelsonTable.key(key)).with("value", value)), done);
  }

  @Override
  public void get(int key, Done done) {
    end(table.get(Row.of("key", KeelsonTable.key(key))), done);
  }

  private static <T> void end(CompletableFuture<T> call, Done done) {
    var unused =
        call.whenComplete(
            (answer, failure) -> {
              if (failure == null) {
                done.succeeded();
              } else {
                done.failed(failure);
              }
            });
  }

  @Override
  public void close() {
    client.close();
  }
}
