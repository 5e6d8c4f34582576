package dev.keelson.bench;

import io.grpc.stub.StreamObserver;
import java.util.function.Predicate;

/**
 * Turns the end of a unary call into {@link Target.Done}; an answer that isn't what was asked for
 * is a failure.
 */
final class UnaryCall<T> implements StreamObserver<T> {
  private final Target.Done done;
  private final Predicate<T> isRight;
  private boolean right;

  UnaryCall(Target.Done done, Predicate<T> isRight) {
    this.done = done;
    this.isRight = isRight;
  }

  @Override
  public void onNext(T answer) {
    right = isRight.test(answer);
  }

  @Override
  public void onError(Throwable why) {
    done.failed(why);
  }

  @Override
  public void onCompleted() {
    if (right) {
      done.succeeded();
    } else {
      done.failed(new IllegalStateException("a wrong answer"));
    }
  }
}
