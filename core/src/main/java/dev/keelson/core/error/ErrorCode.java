package dev.keelson.core.error;

/**
 * Every error that a caller can get. A name never changes its meaning and never goes away;
 * docs/errors.md is tested against this catalogue.
 */
public enum ErrorCode {
  INVALID_REQUEST(
      Category.USER, GrpcCode.INVALID_ARGUMENT, "Correct the request as the message says."),
  INVALID_DEFINITION(
      Category.USER,
      GrpcCode.INVALID_ARGUMENT,
      "Correct the definition of the table or keyspace as the message says."),
  INVALID_CONTINUATION(
      Category.USER,
      GrpcCode.INVALID_ARGUMENT,
      "Use the continuation of an answer to the same scan, or begin the scan anew."),
  KEYSPACE_NOT_FOUND(
      Category.USER, GrpcCode.NOT_FOUND, "Check the name of the keyspace, or create it."),
  TABLE_NOT_FOUND(
      Category.USER,
      GrpcCode.NOT_FOUND,
      "Check the names of the keyspace and the table, or create the table."),
  COLUMN_NOT_FOUND(
      Category.USER,
      GrpcCode.INVALID_ARGUMENT,
      "Use a column of the table; DescribeTable lists them."),
  TYPE_MISMATCH(
      Category.USER, GrpcCode.INVALID_ARGUMENT, "Send a value of the type that the column has."),
  NULL_IN_KEY(
      Category.USER,
      GrpcCode.INVALID_ARGUMENT,
      "Give a value for each column of the primary key; none may be NULL."),
  NOT_NULL_VIOLATION(
      Category.USER, GrpcCode.INVALID_ARGUMENT, "Give a value for each column that is NOT NULL."),
  CROSS_PARTITION_BATCH(
      Category.USER,
      GrpcCode.INVALID_ARGUMENT,
      "A batch is atomic within one partition: send one batch for each partition."),
  KEY_TOO_LARGE(Category.USER, GrpcCode.INVALID_ARGUMENT, "Use a shorter primary key."),
  ROW_TOO_LARGE(
      Category.USER, GrpcCode.INVALID_ARGUMENT, "Make the row smaller, or cut it into several."),
  BATCH_TOO_LARGE(Category.USER, GrpcCode.INVALID_ARGUMENT, "Cut the batch into smaller ones."),
  MESSAGE_TOO_LARGE(Category.USER, GrpcCode.INVALID_ARGUMENT, "Send smaller messages."),
  ANSWER_TOO_LARGE(Category.USER, GrpcCode.INVALID_ARGUMENT, "Ask for fewer rows or columns."),
  TOO_MANY_COLUMNS(
      Category.USER, GrpcCode.INVALID_ARGUMENT, "Define fewer columns, or cut the table in two."),
  TOO_MANY_TABLES(
      Category.RESOURCE, GrpcCode.RESOURCE_EXHAUSTED, "Drop tables that are no longer needed."),
  TOO_MANY_KEYSPACES(
      Category.RESOURCE, GrpcCode.RESOURCE_EXHAUSTED, "Drop keyspaces that are no longer needed."),
  NOT_SUPPORTED(
      Category.USER, GrpcCode.UNIMPLEMENTED, "This version cannot do that; see the documentation."),
  WRONG_CLUSTER(
      Category.USER,
      GrpcCode.FAILED_PRECONDITION,
      "Check the address and the data directory: they belong to another cluster."),
  CANCELLED(Category.USER, GrpcCode.CANCELLED, "The caller gave the request up."),

  TABLE_EXISTS(
      Category.CONFLICT,
      GrpcCode.ALREADY_EXISTS,
      "Use the table that is there, drop it, or choose another name."),
  KEYSPACE_EXISTS(
      Category.CONFLICT,
      GrpcCode.ALREADY_EXISTS,
      "Use the keyspace that is there, or choose another name."),
  KEYSPACE_NOT_EMPTY(
      Category.CONFLICT, GrpcCode.FAILED_PRECONDITION, "Drop the tables of the keyspace first."),
  ROW_EXISTS(
      Category.CONFLICT,
      GrpcCode.ALREADY_EXISTS,
      "Use Put to replace the row, or Update to change it."),
  ROW_NOT_FOUND(
      Category.CONFLICT, GrpcCode.NOT_FOUND, "Use Put or Insert to write the row as a whole."),
  CONDITION_FAILED(
      Category.CONFLICT,
      GrpcCode.FAILED_PRECONDITION,
      "Read the row again and decide; nothing was changed."),
  SESSION_EXPIRED(
      Category.CONFLICT,
      GrpcCode.FAILED_PRECONDITION,
      "Open a new session; this attempt changed nothing, but an earlier attempt of the same"
          + " write may have."),
  ALREADY_ANSWERED(
      Category.CONFLICT,
      GrpcCode.FAILED_PRECONDITION,
      "The session said that it had this answer: use each sequence for one write only."),

  NOT_LEADER(
      Category.UNAVAILABLE,
      GrpcCode.UNAVAILABLE,
      "The request was not carried out; send it again, another node leads the shard."),
  NO_LEADER(
      Category.UNAVAILABLE,
      GrpcCode.UNAVAILABLE,
      "The request was not carried out; send it again, the shard is electing a leader."),
  WRONG_SHARD(
      Category.UNAVAILABLE,
      GrpcCode.UNAVAILABLE,
      "The request was not carried out; send it again, the shards have changed."),
  TOO_STALE(
      Category.UNAVAILABLE,
      GrpcCode.UNAVAILABLE,
      "No replica could show in time that its rows are fresh enough: send the read again, or allow"
          + " it to be older."),
  NODE_UNREACHABLE(
      Category.UNAVAILABLE,
      GrpcCode.UNAVAILABLE,
      "Send the request again; the node that should serve it does not answer."),
  NOT_READY(
      Category.UNAVAILABLE,
      GrpcCode.UNAVAILABLE,
      "Send the request again; the process is still starting."),
  SHUTTING_DOWN(
      Category.UNAVAILABLE,
      GrpcCode.UNAVAILABLE,
      "Send the request again, to another process; this one is stopping."),
  METADATA_UNAVAILABLE(
      Category.UNAVAILABLE,
      GrpcCode.UNAVAILABLE,
      "Send the request again; the configuration store (etcd) does not answer. Reads and writes"
          + " of rows go on meanwhile."),
  DEADLINE_EXCEEDED(
      Category.UNAVAILABLE,
      GrpcCode.DEADLINE_EXCEEDED,
      "Send the request again with more time; a write without a session may be applied twice."),
  OUTCOME_UNKNOWN(
      Category.UNAVAILABLE,
      GrpcCode.UNKNOWN,
      "The write may or may not have been applied: send it again with the same session and"
          + " sequence, or read and decide."),

  TOO_MANY_IN_FLIGHT(
      Category.RESOURCE,
      GrpcCode.RESOURCE_EXHAUSTED,
      "Wait for answers before sending more over this connection."),
  OVERLOADED(
      Category.RESOURCE, GrpcCode.RESOURCE_EXHAUSTED, "Send the request again later, and slower."),
  SESSION_FULL(
      Category.RESOURCE,
      GrpcCode.RESOURCE_EXHAUSTED,
      "Acknowledge answers (answered_below) before sending more writes in this session."),
  DISK_FULL(
      Category.RESOURCE,
      GrpcCode.RESOURCE_EXHAUSTED,
      "Give the node more room, or delete rows; it takes writes again by itself."),

  DATA_CORRUPTED(
      Category.INTERNAL,
      GrpcCode.DATA_LOSS,
      "Stored data could not be read; report it with the logs of the node."),
  INTERNAL(
      Category.INTERNAL, GrpcCode.INTERNAL, "This is a fault of the database; please report it.");

  private final Category category;
  private final GrpcCode grpcCode;
  private final String advice;

  ErrorCode(Category category, GrpcCode grpcCode, String advice) {
    this.category = category;
    this.grpcCode = grpcCode;
    this.advice = advice;
  }

  public Category category() {
    return category;
  }

  public GrpcCode grpcCode() {
    return grpcCode;
  }

  /** A sentence that says what to do. */
  public String advice() {
    return advice;
  }

  /**
   * The error with what happened and, behind it, what to do.
   *
   * @param whatHappened a sentence without its full stop
   */
  public DatabaseException because(String whatHappened) {
    return new DatabaseException(this, whatHappened + ". " + advice, this == OUTCOME_UNKNOWN);
  }
}
