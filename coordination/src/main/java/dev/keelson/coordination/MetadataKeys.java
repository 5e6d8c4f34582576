package dev.keelson.coordination;

import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardId;
import java.util.Optional;
import java.util.regex.Pattern;

/** The names of all keys in a {@link MetadataStore}. Values: {@code metadata.proto}. */
public final class MetadataKeys {
  /** ClusterRecord: written once. */
  public static final String CLUSTER = "cluster";

  /** ControllerRecord: claimed by the data node that places replicas. */
  public static final String CONTROLLER = "controller";

  /** DroppedTablesRecord: grows with each table that is dropped. */
  public static final String DROPPED_TABLES = "dropped-tables";

  public static final String KEYSPACES = "keyspaces/";
  public static final String TABLES = "tables/";
  public static final String COUNTERS = "counters/";
  public static final String NODES = "nodes/";
  public static final String IDENTITIES = "identities/";
  public static final String SHARDS = "shards/";
  public static final String DRAINS = "drains/";
  public static final String RECOVERIES = "recoveries/";

  public static final String TABLE_COUNTER = COUNTERS + "tables";
  public static final String KEYSPACE_COUNTER = COUNTERS + "keyspaces";
  public static final String SHARD_COUNTER = COUNTERS + "shards";
  public static final String SESSION_COUNTER = COUNTERS + "sessions";

  private static final int MAXIMUM_LENGTH = 512;
  private static final Pattern PART = Pattern.compile("[-a-z0-9_.]+");
  private static final Pattern VALID = Pattern.compile(PART + "(/" + PART + ")*");

  private MetadataKeys() {}

  /** KeyspaceRecord. */
  public static String keyspace(String name) {
    return KEYSPACES + name;
  }

  /** TableRecord. */
  public static String table(String keyspace, String name) {
    return tablesOf(keyspace) + name;
  }

  /** The prefix of all tables of a keyspace. */
  public static String tablesOf(String keyspace) {
    return TABLES + keyspace + "/";
  }

  /** NodeRecord: registered by the node while it lives. */
  public static String node(NodeId node) {
    return NODES + node.name();
  }

  /** IdentityRecord: the node's boot number and disk. */
  public static String identity(NodeId node) {
    return IDENTITIES + node.name();
  }

  /** DrainRecord: everything is to move away from the node. */
  public static String drain(NodeId node) {
    return DRAINS + node.name();
  }

  /** RecoveryRecord: the shard went on without its majority, from this term on. */
  public static String recovery(ShardId shard, long term) {
    return RECOVERIES + shard.number() + "." + term;
  }

  /** ShardRecord. */
  public static String shard(ShardId shard) {
    return SHARDS + shard.number();
  }

  /** The shard whose record lies under a key; empty for any other key. */
  static Optional<ShardId> shardOf(String key) {
    if (!key.startsWith(SHARDS)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new ShardId(Integer.parseInt(key.substring(SHARDS.length()))));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Whether a text may stand between two slashes of a key. */
  static boolean isPart(String text) {
    return PART.matcher(text).matches();
  }

  static void check(String key) {
    if (key.length() > MAXIMUM_LENGTH || !VALID.matcher(key).matches()) {
      throw new IllegalArgumentException(
          "not a key of the metadata store ([-a-z0-9_.] in parts between slashes, at most "
              + MAXIMUM_LENGTH
              + " characters): '"
              + key
              + "'");
    }
  }

  static void checkPrefix(String prefix) {
    if (!prefix.isEmpty()) {
      check(prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix);
    }
  }
}
