{{- define "base.image" -}}
{{- $registry := .image.registry -}}
{{- if .global }}{{ if .global.registry }}{{- $registry = .global.registry -}}{{ end }}{{ end -}}
{{- printf "%s/%s:%s" $registry .image.name (.image.tag | toString) -}}
{{- end -}}
