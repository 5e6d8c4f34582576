package dev.keelson.crds.v1alpha1;

import static java.util.Comparator.comparingInt;
import static java.util.Objects.requireNonNull;

import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceSubresourceScale;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceSubresourceScaleBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** Makes the CRD of the Java model, with what annotations cannot say. */
final class GeneratedDefinition {
  static final String FILE_NAME = "databaseclusters.keelson.dev-v1.yml";

  /** In the order in which kubectl prints them. */
  private static final List<String> COLUMNS =
      List.of("Phase", "Ready", "Nodes", "Routers", "Shards", "Age", "Endpoint", "Message");

  private GeneratedDefinition() {}

  static String yaml(Path folder) throws IOException {
    new CRDGenerator()
        .customResourceClasses(DatabaseCluster.class)
        .forCRDVersions("v1")
        .withMinQuotes(true)
        .withPostProcessor(new Completion())
        .inOutputDir(folder.toFile())
        .generate();
    return Files.readString(folder.resolve(FILE_NAME));
  }

  private static final class Completion implements CRDPostProcessor {
    @Override
    public HasMetadata process(HasMetadata definition, String specificationVersion) {
      return complete((CustomResourceDefinition) definition);
    }
  }

  private static CustomResourceDefinition complete(CustomResourceDefinition definition) {
    var version = definition.getSpec().getVersions().get(0);
    version.getSubresources().setScale(routersAreScaled());
    version.getAdditionalPrinterColumns().sort(comparingInt(c -> COLUMNS.indexOf(c.getName())));
    var root = version.getSchema().getOpenAPIV3Schema();
    root.setDescription("A Keelson database: data nodes, routers and, if asked, an etcd.");
    root.setRequired(List.of("spec"));
    root.getProperties().put("metadata", boundedName());
    keyed(property(root, "status", "members"), "name");
    keyed(property(root, "status", "leaving"), "name");
    keyed(property(root, "status", "conditions"), "type");
    dropRepeatedRules(root);
    return definition;
  }

  /** The bound lets the API server estimate what the rules on the name cost. */
  private static JSONSchemaProps boundedName() {
    return new JSONSchemaPropsBuilder()
        .withType("object")
        .addToProperties(
            "name", new JSONSchemaPropsBuilder().withType("string").withMaxLength(45L).build())
        .build();
  }

  private static CustomResourceSubresourceScale routersAreScaled() {
    return new CustomResourceSubresourceScaleBuilder()
        .withSpecReplicasPath(".spec.routers.replicas")
        .withStatusReplicasPath(".status.routers.current")
        .withLabelSelectorPath(".status.routers.selector")
        .build();
  }

  /** The generator reads the annotations of a record's component twice: at field and accessor. */
  private static void dropRepeatedRules(JSONSchemaProps schema) {
    schema.setXKubernetesValidations(
        new ArrayList<>(new LinkedHashSet<>(schema.getXKubernetesValidations())));
    schema.getProperties().values().forEach(GeneratedDefinition::dropRepeatedRules);
    if (schema.getItems() != null && schema.getItems().getSchema() != null) {
      dropRepeatedRules(schema.getItems().getSchema());
    }
  }

  /** Lists with a key are merged by it when several people apply parts of a resource. */
  private static void keyed(JSONSchemaProps list, String key) {
    list.setXKubernetesListType("map");
    list.setXKubernetesListMapKeys(List.of(key));
    list.getItems().getSchema().setRequired(requiredWith(list, key));
  }

  private static List<String> requiredWith(JSONSchemaProps list, String key) {
    List<String> required = list.getItems().getSchema().getRequired();
    return required.contains(key) ? required : List.of(key);
  }

  private static JSONSchemaProps property(JSONSchemaProps from, String... path) {
    JSONSchemaProps current = from;
    for (String name : path) {
      current = requireNonNull(current.getProperties().get(name), name);
    }
    return current;
  }
}
