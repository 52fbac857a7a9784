{{/* A policy up to its variables, and its binding before it. (root, name): `namespaces` sees Namespaces, the others all. */}}
{{- define "haetae-member.policy" -}}
{{- $ := index . 0 }}{{ $name := printf "haetae-member-%s" (index . 1) -}}
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata:
  name: {{ $name }}
  labels:
    {{- include "haetae-member.labels" $ | nindent 4 }}
spec: {policyName: {{ $name }}, validationActions: [Deny]}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: {{ $name }}
  labels:
    {{- include "haetae-member.labels" $ | nindent 4 }}
spec:
  failurePolicy: Fail
  matchConstraints:
    resourceRules:
    {{- if eq $name "haetae-member-namespaces" }}
    - {apiGroups: [""], apiVersions: ["*"], operations: [CREATE, UPDATE, DELETE], resources: [namespaces]}
    {{- else }}
    - {apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: ["*/*"]}
    {{- end }}
  matchConditions:
  - name: by-the-hub
    expression: "request.userInfo.username == 'system:serviceaccount:{{ include "haetae-member.serviceAccountNamespace" $ }}:{{ $.Values.serviceAccount.name }}'"
{{- end }}

{{/* What both policies on all kinds let pass: questions, which leave nothing; and, where the hub is its own member, what
the hub chart's RBAC grants that same account. */}}
{{- define "haetae-member.shared" }}
  - name: asks
    expression: "request.resource.group in ['authentication.k8s.io', 'authorization.k8s.io']"
  - name: ofHub
    {{- if .Values.serviceAccount.create }}
    expression: "false"
    {{- else }}
    expression: >-
      request.resource.group in ['haetae.io', 'events.k8s.io'] ||
      request.resource.group == 'coordination.k8s.io' && request.?namespace.orValue('') in {{ include "haetae-member.ownNamespaces" . }}
    {{- end }}
{{- end }}

{{- define "haetae-member.ownNamespaces" -}}
['{{ .Release.Namespace }}', '{{ include "haetae-member.serviceAccountNamespace" . }}']
{{- end }}

{{/* The kinds of rbac.yaml that have a verb which writes; tests/charts.sh compares. */}}
{{- define "haetae-member.written" -}}
['configmaps', 'limitranges', 'namespaces', 'persistentvolumeclaims', 'resourcequotas', 'serviceaccounts', 'services', 'deployments.apps', 'statefulsets.apps', 'horizontalpodautoscalers.autoscaling', 'cronjobs.batch', 'httproutes.gateway.networking.k8s.io', 'ingresses.networking.k8s.io', 'networkpolicies.networking.k8s.io', 'poddisruptionbudgets.policy']
{{- end }}
