{{- define "haetae.labels" -}}
app.kubernetes.io/name: haetae
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "haetae.selector" -}}
app.kubernetes.io/name: haetae
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- /* Cluster-scoped names carry the release, so that two hubs in one test cluster do not meet. */ -}}
{{- define "haetae.clusterName" -}}
{{- if eq .Release.Name "haetae" }}haetae{{ else }}{{ .Release.Name }}-haetae{{ end }}
{{- end }}

{{- define "haetae.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}
{{- end }}

{{- /*
Annotations of the objects whose kinds this very chart defines. helm reads a whole release before it writes any of it,
so they come as a hook after the CRDs. `hook-delete-policy: never` is not one of helm's three words, on purpose: any of
them deletes, and no word at all means before-hook-creation.
*/ -}}
{{- define "haetae.policyAnnotations" -}}
helm.sh/resource-policy: keep
{{- if .Values.riskTiers.asHook }}
helm.sh/hook: post-install,post-upgrade,post-rollback
helm.sh/hook-delete-policy: never
{{- end }}
{{- end }}
