# Keelson. `make help` lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help
export JAVA_HOME := $(shell hack/java-home.sh 2>/dev/null)
MVN := mvn -B -ntp -q

.PHONY: help java build check test format clean crds

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  %-16s %s\n", $$1, $$2}'

java:
	@hack/java-home.sh >/dev/null

format: java ## rewrite the sources in the house format
	$(MVN) spotless:apply

clean: ## remove what the build made
	rm -rf dist */target

crds: java ## write the custom resource definitions of the Java model into the chart
	$(MVN) test -pl crds -am -Dtest=GeneratedDefinitionTest -Dsurefire.failIfNoSpecifiedTests=false -Dkeelson.crds.write=true
