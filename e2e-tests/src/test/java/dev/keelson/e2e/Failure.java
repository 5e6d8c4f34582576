package dev.keelson.e2e;

import dev.keelson.crds.v1alpha1.MemberStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.util.Comparator;
import org.awaitility.Awaitility;

/** What is done to a running cluster, while somebody writes. */
enum Failure {
  /** The process that leads most shards gets SIGKILL; its pod stays and starts another. */
  KILL_9_IN_THE_LEADER {
    @Override
    void happen(Cluster cluster) {
      String leader =
          cluster.resource().getStatus().members().stream()
              .max(Comparator.comparingInt(MemberStatus::leaders))
              .orElseThrow()
              .name();
      int restarts = restarts(cluster, leader);
      kill(cluster, leader);
      Awaitility.await("the container of " + leader + " was started anew")
          .atMost(Duration.ofMinutes(2))
          .until(() -> restarts(cluster, leader) > restarts);
    }
  },
  DELETE_A_DATA_POD {
    @Override
    void happen(Cluster cluster) {
      delete(cluster, cluster.pods("data-node").get(0));
    }
  },
  DELETE_ALL_DATA_PODS_ONE_BY_ONE {
    @Override
    void happen(Cluster cluster) {
      for (Pod pod : cluster.pods("data-node")) {
        delete(cluster, pod);
        cluster.awaitSuccessor(pod, PATIENCE);
      }
    }
  },
  DELETE_ALL_DATA_PODS_AT_ONCE {
    @Override
    void happen(Cluster cluster) {
      cluster.pods("data-node").forEach(pod -> delete(cluster, pod));
    }
  },
  DELETE_A_ROUTER_POD {
    @Override
    void happen(Cluster cluster) {
      delete(cluster, cluster.pods("router").get(0));
    }
  },
  DELETE_THE_OPERATOR {
    @Override
    void happen(Cluster cluster) {
      cluster
          .client()
          .pods()
          .inNamespace(Cluster.SYSTEM)
          .withLabel("app.kubernetes.io/name", "keelson-operator")
          .delete();
    }
  },
  DELETE_AN_ETCD_POD {
    @Override
    void happen(Cluster cluster) {
      delete(cluster, cluster.pods("etcd").get(0));
    }
  },
  DELETE_ALL_ETCD_PODS {
    @Override
    void happen(Cluster cluster) {
      cluster.pods("etcd").forEach(pod -> delete(cluster, pod));
    }
  };

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  abstract void happen(Cluster cluster);

  private static void delete(Cluster cluster, Pod pod) {
    cluster.client().resource(pod).delete();
  }

  private static int restarts(Cluster cluster, String pod) {
    return cluster
        .client()
        .pods()
        .inNamespace(Cluster.NAMESPACE)
        .withName(pod)
        .require()
        .getStatus()
        .getContainerStatuses()
        .get(0)
        .getRestartCount();
  }

  /**
   * The first process of a container cannot be killed from inside, so a pod on the same host that
   * sees all processes does it. It finds the one by the name that the operator gave it.
   */
  private static void kill(Cluster cluster, String pod) {
    Pod target = cluster.client().pods().inNamespace(Cluster.NAMESPACE).withName(pod).require();
    String data =
        cluster
            .client()
            .configMaps()
            .inNamespace(Cluster.NAMESPACE)
            .withName(Cluster.NAME + "-config")
            .require()
            .getData()
            .get("KEELSON_CLUSTER");
    String script =
        """
        for process in /proc/[0-9]*; do
          if tr '\\0' '\\n' <$process/environ 2>/dev/null | grep -qx 'KEELSON_NODE_NAME=%s' &&
             tr '\\0' '\\n' <$process/environ 2>/dev/null | grep -qx 'KEELSON_CLUSTER=%s'; then
            kill -9 "${process#/proc/}" && exit 0
          fi
        done
        exit 1
        """
            .formatted(pod, data);
    Pod killer =
        new PodBuilder()
            .withNewMetadata()
            .withName("killer")
            .endMetadata()
            .withNewSpec()
            .withRestartPolicy("Never")
            .withHostPID(true)
            .withNodeName(target.getSpec().getNodeName())
            .addNewContainer()
            .withName("killer")
            .withImage(Cluster.IMAGE)
            .withCommand("bash", "-c", script)
            .withNewSecurityContext()
            .withPrivileged(true)
            .withRunAsUser(0L)
            .endSecurityContext()
            .endContainer()
            .endSpec()
            .build();
    var resource = cluster.client().resource(killer).inNamespace(Cluster.NAMESPACE);
    resource.create();
    try {
      Awaitility.await("the killer has killed")
          .atMost(Duration.ofMinutes(1))
          .until(() -> "Succeeded".equals(resource.require().getStatus().getPhase()));
    } finally {
      resource.withGracePeriod(0).delete();
    }
  }
}
