{{- define "keelson-operator.name" -}}
{{- if contains "keelson-operator" .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}
{{- else }}{{ printf "%s-keelson-operator" .Release.Name | trunc 50 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "keelson-operator.account" -}}
{{ .Values.serviceAccount.name | default (include "keelson-operator.name" .) }}
{{- end }}

{{- define "keelson-operator.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag }}
{{- end }}

{{- define "keelson-operator.selector" -}}
app.kubernetes.io/name: keelson-operator
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "keelson-operator.labels" -}}
{{ include "keelson-operator.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- /* No privileges, for every pod of this chart. */}}
{{- define "keelson-operator.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "keelson-operator.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{- /* What the operator may do with clusters and what it makes for them; nothing that it does not use. */}}
{{- define "keelson-operator.rules" -}}
- apiGroups: [keelson.dev]
  resources: [databaseclusters]
  verbs: [get, list, watch]
- apiGroups: [keelson.dev]
  resources: [databaseclusters/status]
  verbs: [patch]
# To be named as owner that waits for what it owns.
- apiGroups: [keelson.dev]
  resources: [databaseclusters/finalizers]
  verbs: [update]
- apiGroups: [""]
  resources: [serviceaccounts, configmaps, services]
  verbs: [get, list, watch, create, patch]
- apiGroups: [apps]
  resources: [statefulsets, deployments]
  verbs: [get, list, watch, create, patch]
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [get, list, watch, create, patch, delete]
# The operator deletes no claim; but some API servers let only who may delete an object name its owner, which
# it does where spec.deletion.volumes says Delete.
- apiGroups: [""]
  resources: [persistentvolumeclaims]
  verbs: [get, list, watch, patch, delete]
- apiGroups: [""]
  resources: [pods]
  verbs: [list, watch]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create]
{{- end }}
