package dev.keelson.core.request;

import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.proto.internal.v1.CommandResult;
import dev.keelson.proto.v1.WriteResponse;

/** What a shard's result of a command means to the client. */
public final class WriteOutcomes {
  private WriteOutcomes() {}

  /** The answer without who served it; throws the error of a command that was refused. */
  public static WriteResponse.Builder answer(CommandResult result) {
    if (result.getOutcome() != CommandResult.Outcome.APPLIED) {
      throw error(result);
    }
    return WriteResponse.newBuilder()
        .setVersion(result.getVersion())
        .setRowsFound(result.getRowsFound());
  }

  private static DatabaseException error(CommandResult result) {
    int operation = result.getFailedMutation();
    return switch (result.getOutcome()) {
      case ROW_EXISTS -> ErrorCode.ROW_EXISTS.because("The row" + of(operation) + " exists");
      case ROW_NOT_FOUND ->
          ErrorCode.ROW_NOT_FOUND.because("The row" + of(operation) + " does not exist");
      case CONDITION_FAILED ->
          ErrorCode.CONDITION_FAILED.because("The condition" + of(operation) + " does not hold");
      case ROW_TOO_LARGE ->
          ErrorCode.ROW_TOO_LARGE.because(
              "The row" + of(operation) + " would become too large by the update");
      case SESSION_EXPIRED -> ErrorCode.SESSION_EXPIRED.because("The session was forgotten");
      case ALREADY_ANSWERED -> ErrorCode.ALREADY_ANSWERED.because("The write was answered before");
      case SESSION_FULL ->
          ErrorCode.SESSION_FULL.because("The session has too many unacknowledged answers");
      case WRONG_SHARD ->
          ErrorCode.WRONG_SHARD.because("The partition does not lie in the shard that was asked");
      case APPLIED, MALFORMED, OUTCOME_UNSPECIFIED, UNRECOGNIZED ->
          ErrorCode.INTERNAL.because(
              "A shard answered a command with outcome " + result.getOutcomeValue());
    };
  }

  private static String of(int operation) {
    return operation == 0 ? "" : " of operation " + (operation + 1) + " of the batch";
  }
}
