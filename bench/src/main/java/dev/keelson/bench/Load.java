package dev.keelson.bench;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SynchronizedHistogram;

/**
 * A closed loop: so many clients, each with one call at a time. Warms up, then measures.
 *
 * @param keys how many keys are used, each as likely as the others
 */
record Load(int clients, int keys, Duration warmUp, Duration measured) {

  /** What is asked. */
  enum Kind {
    PUT,
    GET
  }

  /** Times in microseconds. */
  record Result(
      double perSecond, long p50, long p99, long p999, long failures, String firstFailure) {}

  Result run(Target target, Kind kind) throws InterruptedException {
    Run run = new Run(target, kind);
    for (int i = 0; i < clients; i++) {
      new Client(run, i).next();
    }
    TimeUnit.NANOSECONDS.sleep(warmUp.toNanos());
    run.measuring = true;
    long begin = System.nanoTime();
    TimeUnit.NANOSECONDS.sleep(measured.toNanos());
    run.measuring = false;
    double seconds = (System.nanoTime() - begin) / 1e9;
    run.stopped = true;
    if (!run.ended.await(30, TimeUnit.SECONDS)) {
      throw new IllegalStateException(target.name() + " left calls unanswered for 30 s");
    }
    Histogram times = run.times;
    return new Result(
        times.getTotalCount() / seconds,
        times.getValueAtPercentile(50),
        times.getValueAtPercentile(99),
        times.getValueAtPercentile(99.9),
        run.failures.get(),
        run.firstFailure.get());
  }

  private final class Run {
    private final Target target;
    private final Kind kind;
    private final SynchronizedHistogram times = new SynchronizedHistogram(60_000_000, 3);
    private final CountDownLatch ended = new CountDownLatch(clients);
    private final AtomicLong failures = new AtomicLong();
    private final AtomicReference<String> firstFailure = new AtomicReference<>("");
    private volatile boolean measuring;
    private volatile boolean stopped;

    Run(Target target, Kind kind) {
      this.target = target;
      this.kind = kind;
    }
  }

  private final class Client implements Target.Done {
    private final Run run;
    private final SplittableRandom random;
    private long begin;

    Client(Run run, int number) {
      this.run = run;
      random = new SplittableRandom(number * 77L + 1);
    }

    void next() {
      if (run.stopped) {
        run.ended.countDown();
        return;
      }
      begin = System.nanoTime();
      int key = random.nextInt(keys);
      if (run.kind == Kind.PUT) {
        run.target.put(key, this);
      } else {
        run.target.get(key, this);
      }
    }

    @Override
    public void succeeded() {
      if (run.measuring) {
        run.times.recordValue(Math.min(60_000_000, (System.nanoTime() - begin) / 1_000));
      }
      next();
    }

    @Override
    public void failed(Throwable why) {
      run.failures.incrementAndGet();
      run.firstFailure.compareAndSet("", String.valueOf(why.getMessage()));
      next();
    }
  }
}
