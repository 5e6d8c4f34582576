package dev.keelson.e2e.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a person without a client sees of a router. */
@Tag("processes")
@ExtendWith(ClusterExtension.class)
class GrpcurlTest {
  @Test
  void services_are_listed_by_reflection(LocalCluster cluster) {
    assertThat(grpcurl(cluster, List.of(), "list").lines())
        .contains("grpc.health.v1.Health", "keelson.v1.Admin", "keelson.v1.Database");
    assertThat(grpcurl(cluster, List.of(), "describe", "keelson.v1.Database.Put"))
        .contains("keelson.v1.PutRequest");
  }

  @Test
  void a_row_is_put_and_read(LocalCluster cluster) {
    call(
        cluster,
        "keelson.v1.Database/CreateTable",
        """
        {"definition": {"name": "airports", "partition_columns": ["code"], "columns": [
          {"name": "code", "type": "STRING"}, {"name": "name", "type": "STRING"}]}}""");
    String put =
        call(
            cluster,
            "keelson.v1.Database/Put",
            """
            {"table": "airports", "cells": [
              {"column": "code", "value": {"string_value": "ATL"}},
              {"column": "name", "value": {"string_value": "Hartsfield"}}]}""");
    assertThat(put).contains("COMMITTED");
    String read =
        call(
            cluster,
            "keelson.v1.Database/Get",
            """
            {"table": "airports", "key": [
              {"column": "code", "value": {"string_value": "ATL"}}]}""");
    assertThat(read).contains("\"found\": true").contains("Hartsfield");
  }

  @Test
  void a_router_that_serves_says_so(LocalCluster cluster) {
    assertThat(call(cluster, "grpc.health.v1.Health/Check", "{}")).contains("SERVING");
    assertThat(call(cluster, "keelson.v1.Admin/DescribeCluster", "{}")).contains("HEALTHY");
  }

  private static String call(LocalCluster cluster, String method, String request) {
    return grpcurl(cluster, List.of("-d", request), method);
  }

  private static String grpcurl(LocalCluster cluster, List<String> options, String... verb) {
    List<String> command = new ArrayList<>();
    command.add(Tools.grpcurl().toString());
    command.addAll(List.of("-plaintext", "-max-time", "20"));
    command.addAll(options);
    command.add("127.0.0.1:" + cluster.routers().getFirst().port());
    command.addAll(List.of(verb));
    Tools.Result result = Tools.run(command);
    assertThat(result.exitCode()).as("%s said %s", command, result.output()).isZero();
    return result.output();
  }
}
