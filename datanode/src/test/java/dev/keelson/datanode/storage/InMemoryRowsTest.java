package dev.keelson.datanode.storage;

class InMemoryRowsTest extends OrderedRowsContract {
  @Override
  OrderedRows open() {
    return new InMemoryRows();
  }
}
