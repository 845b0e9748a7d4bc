{{- /* The class of the volumes: a dash stands for the empty class. */ -}}
{{- define "keeping.class" -}}
{{- with .persistence.storageClass -}}
{{- if eq "-" . -}}
{{- printf "storageClassName: \"\"" -}}
{{- else -}}
{{- printf "storageClassName: %s" . -}}
{{- end -}}
{{- end -}}
{{- end -}}
