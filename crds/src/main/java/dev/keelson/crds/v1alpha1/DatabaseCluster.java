package dev.keelson.crds.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * One database: its data nodes, routers and, if asked, its etcd.
 *
 * <p>Names of Kubernetes objects are built of the cluster's and the zones' names, and a StatefulSet
 * of more than 52 characters can make no pods; hence the limit on their length.
 */
@Group(DatabaseCluster.GROUP)
@Version("v1alpha1")
@ShortNames("dbc")
@ValidationRule(
    value = "self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",
    message =
        "metadata.name: Services are named after the cluster, so its name may have only lower-case"
            + " letters, digits and '-', begins with a letter and ends with a letter or digit")
@ValidationRule(
    value =
        "!has(self.spec) || self.spec.zones.all(z, size(self.metadata.name) + size(z.name) <= 46)",
    message =
        "metadata.name: the cluster's name and the longest name of a zone may have 46 characters"
            + " together, because the names of pods are built of both")
@AdditionalPrinterColumn(name = "Phase", jsonPath = ".status.phase")
@AdditionalPrinterColumn(
    name = "Ready",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(name = "Nodes", jsonPath = ".status.dataNodes.summary")
@AdditionalPrinterColumn(name = "Routers", jsonPath = ".status.routers.summary")
@AdditionalPrinterColumn(
    name = "Shards",
    jsonPath = ".spec.shards",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(name = "Endpoint", jsonPath = ".status.endpoint", priority = 1)
@AdditionalPrinterColumn(
    name = "Message",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].message",
    priority = 1)
public class DatabaseCluster extends CustomResource<DatabaseClusterSpec, DatabaseClusterStatus>
    implements Namespaced {
  private static final long serialVersionUID = 1;

  public static final String GROUP = "keelson.dev";
}
