/** A real API server without nodes, for tests: etcd, kube-apiserver, kube-controller-manager. */
@NullMarked
package dev.keelson.operator.apiserver;

import org.jspecify.annotations.NullMarked;
