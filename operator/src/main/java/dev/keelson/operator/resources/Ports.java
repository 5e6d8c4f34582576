package dev.keelson.operator.resources;

/** The ports of all processes. */
public final class Ports {
  public static final int ROUTER = 7400;
  static final int DATA_NODE = 7410;

  /** HTTP: /live, /ready and /metrics of routers and data nodes. */
  static final int HEALTH = 7480;

  static final int ETCD_CLIENT = 2379;
  static final int ETCD_PEER = 2380;

  /** HTTP: /livez, /readyz and /metrics of etcd. */
  static final int ETCD_HEALTH = 2381;

  private Ports() {}
}
