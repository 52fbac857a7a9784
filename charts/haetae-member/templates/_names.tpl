{{- define "haetae-member.labels" -}}
app.kubernetes.io/name: haetae-member
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "haetae-member.serviceAccountNamespace" -}}
{{ .Values.serviceAccount.namespace | default .Release.Namespace }}
{{- end }}
