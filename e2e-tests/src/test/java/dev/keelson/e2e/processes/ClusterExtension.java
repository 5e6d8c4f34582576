package dev.keelson.e2e.processes;

import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Gives tests a cluster that is whole. They share one, since starting it takes a while; after a
 * failed test the ends of all logs are printed, and the next test gets a new cluster.
 */
final class ClusterExtension
    implements BeforeEachCallback, ParameterResolver, TestExecutionExceptionHandler {
  private static final Namespace NAMESPACE = Namespace.create(ClusterExtension.class);
  private static final String KEY = "cluster";

  /** Closed by JUnit after the last test of all classes. */
  private record Shared(LocalCluster cluster) implements AutoCloseable {
    @Override
    public void close() {
      cluster.close();
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    LocalCluster cluster = cluster(context);
    try {
      cluster.awaitWhole();
    } catch (RuntimeException e) {
      discard(context, cluster);
      throw e;
    }
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    discard(context, cluster(context));
    throw failure;
  }

  private static void discard(ExtensionContext context, LocalCluster cluster) {
    System.out.println(cluster.tails());
    store(context).remove(KEY);
    cluster.close();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == LocalCluster.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return cluster(context);
  }

  private static LocalCluster cluster(ExtensionContext context) {
    return store(context)
        .getOrComputeIfAbsent(
            KEY, key -> new Shared(LocalCluster.started("processes")), Shared.class)
        .cluster();
  }

  private static Store store(ExtensionContext context) {
    return context.getRoot().getStore(NAMESPACE);
  }
}
