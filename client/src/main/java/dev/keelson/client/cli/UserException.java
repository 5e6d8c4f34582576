package dev.keelson.client.cli;

/** Something that whoever typed the command can put right. The message is all that is shown. */
final class UserException extends RuntimeException {
  private static final long serialVersionUID = 1;

  UserException(String message) {
    super(message);
  }
}
