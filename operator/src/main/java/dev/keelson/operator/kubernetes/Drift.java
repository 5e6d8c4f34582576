package dev.keelson.operator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * Whether an object still says all that was applied. The API server adds fields (defaults, status,
 * addresses), so every field that was applied must be there, and others may be.
 */
final class Drift {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Drift() {}

  /** The first field that differs, as a path; empty when nothing was applied that is not there. */
  static Optional<String> between(HasMetadata applied, HasMetadata existing) {
    JsonNode wanted = MAPPER.valueToTree(applied);
    JsonNode found = MAPPER.valueToTree(existing);
    return difference("", wanted, found);
  }

  private static Optional<String> difference(String path, JsonNode wanted, JsonNode found) {
    if (isEmpty(wanted)) {
      return Optional.empty();
    }
    if (wanted.isObject()) {
      return differenceInFields(path, wanted, found);
    }
    if (wanted.isArray()) {
      return differenceInElements(path, wanted, found);
    }
    boolean same =
        wanted.equals(found)
            || isSameQuantity(wanted, found)
            || (found.isMissingNode() && isZero(wanted));
    return same ? Optional.empty() : Optional.of(path);
  }

  private static Optional<String> differenceInFields(String path, JsonNode wanted, JsonNode found) {
    for (var field : wanted.properties()) {
      String inner = path + "." + field.getKey();
      var difference = difference(inner, field.getValue(), found.path(field.getKey()));
      if (difference.isPresent()) {
        return difference;
      }
    }
    return Optional.empty();
  }

  /** The API server keeps the order in which a list was applied. */
  private static Optional<String> differenceInElements(
      String path, JsonNode wanted, JsonNode found) {
    if (wanted.size() != found.size()) {
      return Optional.of(path);
    }
    for (int i = 0; i < wanted.size(); i++) {
      var difference = difference(path + "[" + i + "]", wanted.get(i), found.get(i));
      if (difference.isPresent()) {
        return difference;
      }
    }
    return Optional.empty();
  }

  /** An empty object or list may be dropped by the API server or by the client. */
  private static boolean isEmpty(JsonNode node) {
    return node.isNull() || (node.isContainerNode() && node.isEmpty());
  }

  /** The API server leaves out what says no more than nothing. */
  private static boolean isZero(JsonNode wanted) {
    return (wanted.isBoolean() && !wanted.booleanValue())
        || (wanted.isNumber() && wanted.asDouble() == 0)
        || (wanted.isTextual() && wanted.textValue().isEmpty());
  }

  /** The API server writes 0.5 as 500m and 1024Mi as 1Gi. */
  private static boolean isSameQuantity(JsonNode wanted, JsonNode found) {
    if (!wanted.isTextual() || !found.isTextual()) {
      return false;
    }
    try {
      return amount(wanted).compareTo(amount(found)) == 0;
    } catch (IllegalArgumentException notQuantities) {
      return false;
    }
  }

  private static BigDecimal amount(JsonNode node) {
    return Quantity.getAmountInBytes(new Quantity(node.textValue()));
  }
}
