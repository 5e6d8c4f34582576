# Keelson. `make help` lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help
export JAVA_HOME := $(shell hack/java-home.sh 2>/dev/null)
MVN := mvn -B -ntp -q

SEED ?= 1
SEEDS ?= 1000
ROUNDS ?= 100
IMAGE ?= keelson:dev

.PHONY: help java build check test demo simulate mutants models models-small bench failover-board \
	format clean cluster-up cluster-down image \
	k8s-up k8s-down kind-up e2e

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  %-16s %s\n", $$1, $$2}'

java:
	@hack/java-home.sh >/dev/null

build: java ## compile everything and fill dist/bin and dist/lib
	@$(MVN) package -DskipTests
	@hack/dist.sh
	@echo "built dist/bin: $$(ls dist/bin | tr '\n' ' ')"

check: java ## what to run before each commit: format, checks, unit tests, 1,000 simulated runs
	@hack/check.sh

test: java ## everything, as CI runs it; installs what the tests need
	@hack/test.sh

demo: build ## start a cluster of three nodes in one process, load 300,000 flights, ask, lose a leader
	@hack/demo.sh

simulate: java ## run SEEDS simulated runs from SEED on; TRACE=trace tells what happens in the first
	@hack/simulate.sh $(SEED) $(SEEDS) $(TRACE)

mutants: java ## break one rule of the code at a time; each must be noticed by simulated runs
	@hack/mutants.sh

models: java ## check the TLA+ models, large configurations too (see models/README.md)
	@hack/models.sh large

models-small: java ## the configurations that `make test` checks
	@hack/models.sh small

bench: build ## reads/s and writes/s beside etcd, in one run
	@hack/bench.sh

failover-board: build ## lose leaders in every way, ROUNDS times each, into docs/boards; needs root
	@hack/failover-board.sh $(ROUNDS)

format: java ## rewrite the sources in the house format
	@$(MVN) spotless:apply

cluster-up: build ## three data nodes, two routers and an etcd as processes on loopback
	@hack/cluster/up.sh

cluster-down: ## stop what cluster-up started
	@hack/cluster/down.sh

image: build ## one image for all processes, into dist/keelson-image.tar
	@hack/image/build.sh

k8s-up: image ## a real Kubernetes with three nodes in three zones on this machine, image loaded
	@hack/k8s/up.sh dist/keelson-image.tar

k8s-down: ## stop it and leave nothing behind
	@hack/k8s/down.sh

kind-up: image ## the same with Docker and kind
	@hack/k8s/kind-up.sh dist/keelson-image.tar

e2e: ## the scenarios on the Kubernetes that KUBECONFIG names
	@hack/e2e.sh

clean: ## remove what the build made
	@rm -rf dist */target
