# shellcheck shell=bash disable=SC2154
# The cluster's certificate authority, and a certificate and kubeconfig for each who talks to the API server.

# RSA: the Java client for Kubernetes reads no elliptic keys without a library of its own.
key() { openssl req -newkey rsa:2048 -nodes "$@" 2>>"$state/log/openssl.log"; }

certificate() { # FILE SUBJECT [ALTERNATIVE_NAMES]
  local pki=$state/pki
  key -subj "$2" -keyout "$pki/$1.key" -out "$pki/$1.csr"
  openssl x509 -req -in "$pki/$1.csr" -CA "$pki/ca.crt" -CAkey "$pki/ca.key" -CAcreateserial -days 3650 \
    -extfile <(printf 'extendedKeyUsage=serverAuth,clientAuth\n%s\n' "${3:+subjectAltName=$3}") \
    -out "$pki/$1.crt" 2>>"$state/log/openssl.log"
}

# Everything is written into the one file, so that it can be copied anywhere.
kubeconfig() { # FILE CERTIFICATE
  local pki=$state/pki
  cat >"$1" <<YAML
apiVersion: v1
kind: Config
clusters:
- name: $cluster
  cluster:
    server: $(api_server)
    certificate-authority-data: $(base64 -w0 "$pki/ca.crt")
users:
- name: $2
  user:
    client-certificate-data: $(base64 -w0 "$pki/$2.crt")
    client-key-data: $(base64 -w0 "$pki/$2.key")
contexts:
- name: $cluster
  context: {cluster: $cluster, user: $2}
current-context: $cluster
YAML
}

make_certificates() {
  local pki=$state/pki node component
  [ ! -f "$pki/done" ] || return 0
  rm -rf "$pki" "$state/kubeconfigs"
  mkdir -m 700 "$pki" "$state/kubeconfigs"
  key -x509 -days 3650 -subj /CN=keelson-k8s -keyout "$pki/ca.key" -out "$pki/ca.crt"
  openssl genrsa -out "$pki/service-accounts.key" 2048 2>>"$state/log/openssl.log"
  openssl rsa -in "$pki/service-accounts.key" -pubout -out "$pki/service-accounts.pub" \
    2>>"$state/log/openssl.log"

  local names=DNS:localhost name
  for name in kubernetes kubernetes.default kubernetes.default.svc kubernetes.default.svc.cluster.local; do
    names=$names,DNS:$name
  done
  certificate kube-apiserver /CN=kube-apiserver "$names,IP:127.0.0.1,IP:$(network).1,IP:${services%.0/*}.1"
  certificate admin /O=system:masters/CN=admin
  certificate kubelet-client /O=system:masters/CN=kube-apiserver-kubelet-client
  for component in kube-controller-manager kube-scheduler kube-proxy; do
    certificate $component /CN=system:$component
    kubeconfig "$state/kubeconfigs/$component" $component
  done
  for node in $nodes; do
    certificate "kubelet-$node" "/O=system:nodes/CN=system:node:$node"
    kubeconfig "$state/kubeconfigs/kubelet-$node" "kubelet-$node"
  done
  kubeconfig "$state/kubeconfig" admin
  chmod 600 "$state/kubeconfig"
  touch "$pki/done"
}
