package dev.keelson.operator.cluster;

import dev.keelson.crds.v1alpha1.ConditionReason;
import dev.keelson.crds.v1alpha1.ShardSummary;
import dev.keelson.operator.database.DatabaseReport;

/** Whether applications are served. Only the database can tell. */
record Availability(String status, ConditionReason reason, String sentence) {

  static Availability of(DatabaseReport report) {
    return switch (report) {
      case DatabaseReport.Unreachable unreachable ->
          new Availability(
              "Unknown",
              ConditionReason.DATABASE_UNREACHABLE,
              "the database does not answer the operator (" + unreachable.why() + ")");
      case DatabaseReport.Reached reached -> of(Shards.summary(reached.description()));
    };
  }

  private static Availability of(ShardSummary shards) {
    if (shards.total() == 0) {
      return new Availability(
          "False", ConditionReason.PLACING_SHARDS, "no shard has been placed yet");
    }
    if (shards.led() < shards.total()) {
      return new Availability(
          "False",
          ConditionReason.SHARDS_WITHOUT_LEADER,
          shards.total() - shards.led() + " shards have no leader and are not served");
    }
    return new Availability("True", ConditionReason.AS_ASKED, "every shard has a leader");
  }

  boolean isTrue() {
    return status.equals("True");
  }
}
