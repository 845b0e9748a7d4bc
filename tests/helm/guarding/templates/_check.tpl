{{- define "guarding.check" -}}
{{- $messages := list -}}
{{- $messages := append $messages (include "guarding.mode" .) -}}
{{- $messages := without $messages "" -}}
{{- $message := join "\n" $messages -}}
{{- if $message -}}{{- printf "\nVALUES:\n%s" $message | fail -}}{{- end -}}
{{- end -}}
{{- define "guarding.mode" -}}
{{- if not (has .Values.mode (list "safe" "fast")) -}}mode is unknown{{- end -}}
{{- end -}}
