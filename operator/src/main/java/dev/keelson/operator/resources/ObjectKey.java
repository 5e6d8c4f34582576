package dev.keelson.operator.resources;

import io.fabric8.kubernetes.api.model.HasMetadata;

/** Which object, within the namespace of its cluster. */
public record ObjectKey(Kind kind, String name) {

  public static ObjectKey of(HasMetadata object) {
    return new ObjectKey(Kind.of(object), object.getMetadata().getName());
  }

  @Override
  public String toString() {
    return kind.word() + " " + name;
  }
}
