package dev.keelson.router.schema;

import dev.keelson.coordination.Catalog;
import dev.keelson.coordination.CatalogStore;
import dev.keelson.coordination.CatalogWatch;
import dev.keelson.coordination.Keyspace;
import dev.keelson.core.schema.Names;
import dev.keelson.core.schema.TableSchema;
import dev.keelson.proto.v1.CreateKeyspaceRequest;
import dev.keelson.proto.v1.CreateKeyspaceResponse;
import dev.keelson.proto.v1.CreateTableRequest;
import dev.keelson.proto.v1.CreateTableResponse;
import dev.keelson.proto.v1.DescribeKeyspaceRequest;
import dev.keelson.proto.v1.DescribeKeyspaceResponse;
import dev.keelson.proto.v1.DescribeTableRequest;
import dev.keelson.proto.v1.DescribeTableResponse;
import dev.keelson.proto.v1.DropKeyspaceRequest;
import dev.keelson.proto.v1.DropKeyspaceResponse;
import dev.keelson.proto.v1.DropTableRequest;
import dev.keelson.proto.v1.DropTableResponse;
import dev.keelson.proto.v1.ListKeyspacesResponse;
import dev.keelson.proto.v1.ListTablesRequest;
import dev.keelson.proto.v1.ListTablesResponse;
import java.time.Duration;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates, drops and describes. Answers from the metadata store as it is now; after a change it
 * waits until this router knows of it, so that the client's next request does. Blocks: for virtual
 * threads.
 */
public final class SchemaRequests {
  private static final Logger log = LoggerFactory.getLogger(SchemaRequests.class);
  private static final Duration WATCH_LAG = Duration.ofSeconds(2);

  private final CatalogStore store;
  private final CatalogWatch watch;

  public SchemaRequests(CatalogStore store, CatalogWatch watch) {
    this.store = store;
    this.watch = watch;
  }

  public CreateKeyspaceResponse createKeyspace(CreateKeyspaceRequest request)
      throws InterruptedException {
    Keyspace keyspace = store.createKeyspace(request.getDefinition());
    awaitWatch(catalog -> catalog.keyspace(keyspace.name()).isPresent());
    return CreateKeyspaceResponse.newBuilder().setKeyspace(keyspace.toKeyspace()).build();
  }

  public DropKeyspaceResponse dropKeyspace(DropKeyspaceRequest request)
      throws InterruptedException {
    store.dropKeyspace(request.getName());
    awaitWatch(catalog -> catalog.keyspace(request.getName()).isEmpty());
    return DropKeyspaceResponse.getDefaultInstance();
  }

  public ListKeyspacesResponse listKeyspaces() {
    return ListKeyspacesResponse.newBuilder()
        .addAllKeyspaces(store.listKeyspaces().stream().map(Keyspace::toKeyspace).toList())
        .build();
  }

  public DescribeKeyspaceResponse describeKeyspace(DescribeKeyspaceRequest request) {
    String name = Names.keyspaceOrDefault(request.getName());
    return DescribeKeyspaceResponse.newBuilder()
        .setKeyspace(store.describeKeyspace(name).toKeyspace())
        .build();
  }

  public CreateTableResponse createTable(CreateTableRequest request) throws InterruptedException {
    TableSchema table = store.createTable(request.getDefinition(), request.getIfNotExists());
    awaitWatch(catalog -> catalog.table(table.id()).isPresent());
    return CreateTableResponse.newBuilder().setTable(table.toTable()).build();
  }

  public DropTableResponse dropTable(DropTableRequest request) throws InterruptedException {
    store.dropTable(request.getKeyspace(), request.getTable(), request.getIfExists());
    String keyspace = Names.keyspaceOrDefault(request.getKeyspace());
    awaitWatch(catalog -> catalog.table(keyspace, request.getTable()).isEmpty());
    return DropTableResponse.getDefaultInstance();
  }

  public ListTablesResponse listTables(ListTablesRequest request) {
    return ListTablesResponse.newBuilder()
        .addAllTables(
            store.listTables(request.getKeyspace()).stream().map(TableSchema::toTable).toList())
        .build();
  }

  public DescribeTableResponse describeTable(DescribeTableRequest request) {
    return DescribeTableResponse.newBuilder()
        .setTable(store.describeTable(request.getKeyspace(), request.getTable()).toTable())
        .build();
  }

  /** The change is done whether this router sees it in time or not. */
  private void awaitWatch(Predicate<Catalog> condition) throws InterruptedException {
    if (watch.await(condition, WATCH_LAG).isEmpty()) {
      log.warn("the catalog's watch is more than {} behind", WATCH_LAG);
    }
  }
}
