package dev.keelson.client;

/**
 * What a write did.
 *
 * @param version the version that the written rows have now
 * @param rowsFound how many rows were there before (put, delete) or were changed (update)
 */
public record WriteResult(long version, int rowsFound, Served served) {
  static WriteResult fromProto(dev.keelson.proto.v1.WriteResponse response) {
    return new WriteResult(
        response.getVersion(), response.getRowsFound(), Served.fromProto(response.getServed()));
  }
}
