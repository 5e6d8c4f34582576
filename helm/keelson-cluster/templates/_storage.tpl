{{- define "keelson-cluster.storage" -}}
size: {{ .size | quote }}
{{- with .className }}
className: {{ . | quote }}
{{- end }}
{{- end }}
