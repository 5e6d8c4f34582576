package dev.keelson.operator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DriftTest {
  @ParameterizedTest(name = "{0} | {1} | {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "spec: {a: 1}                | spec: {a: 1}                    | none",
        "spec: {a: 1}                | spec: {a: 1, b: 2}              | none",
        "spec: {a: 1}                | spec: {a: 2}                    | .spec.a",
        "spec: {a: 1}                | spec: {b: 2}                    | .spec.a",
        "spec: {a: {b: c}}           | spec: {a: {b: d}}               | .spec.a.b",
        "spec: {a: [x, y]}           | spec: {a: [x, y]}               | none",
        "spec: {a: [x, y]}           | spec: {a: [x]}                  | .spec.a",
        "spec: {a: [x, y]}           | spec: {a: [y, x]}               | .spec.a[0]",
        "spec: {a: [{n: 1}]}         | spec: {a: [{n: 1, d: 2}]}       | none",
        "spec: {a: [{n: 1}]}         | spec: {a: [{n: 2}]}             | .spec.a[0].n",
        "spec: {cpu: '0.5'}          | spec: {cpu: 500m}               | none",
        "spec: {memory: 1024Mi}      | spec: {memory: 1Gi}             | none",
        "spec: {memory: 1Gi}         | spec: {memory: 2Gi}             | .spec.memory",
        "spec: {a: {}}               | spec: {b: 1}                    | none",
        "spec: {a: false}            | spec: {b: 1}                    | none",
        "spec: {a: false}            | spec: {a: true}                 | .spec.a",
        "spec: {a: true}             | spec: {b: 1}                    | .spec.a",
      })
  void is_the_first_applied_field_that_differs(String applied, String existing, String drift) {
    assertThat(Drift.between(object(applied), object(existing)).orElse("none")).isEqualTo(drift);
  }

  private static GenericKubernetesResource object(String body) {
    return Serialization.unmarshal(
        "apiVersion: v1\nkind: Thing\nmetadata: {name: x}\n" + body,
        GenericKubernetesResource.class);
  }
}
