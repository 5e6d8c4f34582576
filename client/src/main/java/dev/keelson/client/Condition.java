package dev.keelson.client;

/**
 * What must hold for an update or a delete to be applied; it is checked in the same atomic step. A
 * write whose condition does not hold fails with the category CONFLICT and changes nothing.
 */
public final class Condition {
  private static final Condition NONE =
      new Condition(dev.keelson.proto.v1.Condition.getDefaultInstance());

  private final dev.keelson.proto.v1.Condition proto;

  private Condition(dev.keelson.proto.v1.Condition proto) {
    this.proto = proto;
  }

  /** The write is applied whatever is there. */
  public static Condition none() {
    return NONE;
  }

  public static Condition exists() {
    return new Condition(dev.keelson.proto.v1.Condition.newBuilder().setExists(true).build());
  }

  public static Condition absent() {
    return new Condition(dev.keelson.proto.v1.Condition.newBuilder().setExists(false).build());
  }

  /** The row is there and has these values; NULL equals NULL. */
  public static Condition equal(Row values) {
    return new Condition(
        dev.keelson.proto.v1.Condition.newBuilder().setEqual(values.toCellList()).build());
  }

  /** The row has this {@link Row#version}; 0 means that there is no row. */
  public static Condition version(long version) {
    return new Condition(dev.keelson.proto.v1.Condition.newBuilder().setVersion(version).build());
  }

  boolean isNone() {
    return this == NONE;
  }

  dev.keelson.proto.v1.Condition toProto() {
    return proto;
  }
}
