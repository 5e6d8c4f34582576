package dev.keelson.client;

import dev.keelson.proto.v1.BulkLoadError;
import dev.keelson.proto.v1.BulkLoadHeader;
import dev.keelson.proto.v1.BulkLoadRequest;
import dev.keelson.proto.v1.BulkLoadResponse;
import dev.keelson.proto.v1.Cell;
import dev.keelson.proto.v1.Tuple;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;

/** One load of a {@link FakeRouter}: every message is durable at once. */
final class FakeLoad implements StreamObserver<BulkLoadRequest> {
  private final FakeRouter router;
  private final FakeDatabase database;
  private final StreamObserver<BulkLoadResponse> observer;
  private BulkLoadHeader header = BulkLoadHeader.getDefaultInstance();
  private long rows;
  private boolean broken;

  FakeLoad(FakeRouter router, FakeDatabase database, StreamObserver<BulkLoadResponse> observer) {
    this.router = router;
    this.database = database;
    this.observer = observer;
  }

  @Override
  public void onNext(BulkLoadRequest request) {
    if (broken) {
      return;
    }
    if (request.hasHeader()) {
      header = request.getHeader();
    }
    if (!router.takesChunk()) {
      broken = true;
      observer.onError(router.loadFailure());
      return;
    }
    BulkLoadResponse.Builder response = BulkLoadResponse.newBuilder();
    try {
      for (Tuple tuple : request.getRowsList()) {
        put(tuple, response);
        rows++;
      }
      observer.onNext(response.setRowsDurable(rows).build());
    } catch (FakeDatabase.Refusal refusal) {
      broken = true;
      observer.onError(FakeRouter.status(refusal.error()));
    }
  }

  private void put(Tuple tuple, BulkLoadResponse.Builder response) {
    List<Cell> cells = new ArrayList<>();
    for (int i = 0; i < header.getColumnsCount(); i++) {
      cells.add(
          Cell.newBuilder().setColumn(header.getColumns(i)).setValue(tuple.getValues(i)).build());
    }
    try {
      database.put(header.getTable(), cells);
    } catch (FakeDatabase.Refusal refusal) {
      if (refusal.error().getCode().equals("TABLE_NOT_FOUND")) {
        throw refusal;
      }
      response.addErrors(BulkLoadError.newBuilder().setRow(rows).setError(refusal.error()));
    }
  }

  @Override
  public void onError(Throwable cancelled) {
    broken = true;
  }

  @Override
  public void onCompleted() {
    if (!broken) {
      observer.onCompleted();
    }
  }
}
