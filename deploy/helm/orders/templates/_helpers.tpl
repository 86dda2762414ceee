{{- define "orders.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "orders.selector" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "orders.labels" -}}
{{ include "orders.selector" . }}
app.kubernetes.io/version: {{ default .Chart.AppVersion .Values.image.tag | trunc 63 | trimAll "-._" | quote }}
app.kubernetes.io/part-of: orders
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "orders.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ default $.Chart.AppVersion .tag }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "orders.serviceAccount" -}}
{{- default (ternary (include "orders.fullname" .) "default" .Values.serviceAccount.create) .Values.serviceAccount.name -}}
{{- end -}}

{{/* The broker NAME is used: dict "root" $ "broker" "kafka". */}}
{{- define "orders.uses" -}}
{{- $s := .root.Values.settings -}}
{{- if contains .broker (printf "%v %v %v" $s.PUBLISH $s.FEED $s.COMMANDS) -}}true{{- end -}}
{{- end -}}

{{/* The Deployments, by name, separated by blanks. */}}
{{- define "orders.processes" -}}
{{- if not .Values.split -}}
whole
{{- else -}}
command query projector
{{- if not (has (toString .Values.settings.PUBLISH) (list "<nil>" "" "none")) }} relay{{- end -}}
{{- end -}}
{{- end -}}

{{/* The values of a process over those of all, as YAML: dict "root" $ "name" "query". A secret is
replaced whole: what it is in and its value are two ways to give it. */}}
{{- define "orders.process" -}}
{{- $own := index .root.Values .name -}}
{{- $process := mergeOverwrite (deepCopy .root.Values.defaults) (deepCopy $own) -}}
{{- range $secret, $of := $own.secrets -}}{{- $_ := set $process.secrets $secret $of -}}{{- end -}}
{{- toYaml $process -}}
{{- end -}}

{{/* The name of a process: dict "root" $ "name" "query". */}}
{{- define "orders.name" -}}
{{- include "orders.fullname" .root -}}
{{- if ne .name "whole" -}}-{{ .name }}{{- end -}}
{{- end -}}

{{/* The bytes of a quantity of memory, such as 1Gi. */}}
{{- define "orders.bytes" -}}
{{- $units := dict "Ki" 1024 "Mi" 1048576 "Gi" 1073741824 "Ti" 1099511627776 "k" 1000 "M" 1000000 "G" 1000000000 "T" 1000000000000 "KiB" 1024 "MiB" 1048576 "GiB" 1073741824 "" 1 -}}
{{- $text := toString . -}}
{{- $number := regexFind "^[0-9]+([.][0-9]+)?" $text -}}
{{- $unit := trimPrefix $number $text -}}
{{- if or (not $number) (not (hasKey $units $unit)) -}}
{{- fail (printf "%q is not an amount of memory such as 512Mi or 1Gi" $text) -}}
{{- end -}}
{{- mulf (float64 $number) (float64 (get $units $unit)) | int64 -}}
{{- end -}}

{{/* How long a stop may take, in seconds. The 20 are the program's own bound of a stop. */}}
{{- define "orders.gracePeriod" -}}
{{- $least := add .Values.stop.preStop .Values.stop.drainDelay 20 -}}
{{- $given := int64 .Values.stop.gracePeriod -}}
{{- if and $given (lt $given $least) -}}
{{- fail (printf "stop.gracePeriod is %d s, less than preStop, drainDelay and the 20 s of a stop, which are %d s" $given $least) -}}
{{- end -}}
{{- default (add $least 5) $given -}}
{{- end -}}

{{/* The secrets of a process, over those of all: dict "root" $ "process" {…}. */}}
{{- define "orders.secrets" -}}
{{- $all := dict -}}
{{- range $secrets := list .root.Values.secrets .process.secrets -}}
{{- range $name, $of := $secrets -}}{{- $_ := set $all $name $of -}}{{- end -}}
{{- end -}}
{{- if not (hasKey $all "MONGODB_URI") -}}
{{- fail "secrets.MONGODB_URI is missing: {secret: NAME, key: KEY} of a Secret with the URI of a replica set, or {value: URI}" -}}
{{- end -}}
{{- toYaml $all -}}
{{- end -}}

{{/* What the chart's own Secret holds of given secrets, as a map of key to text: dict "secrets" {…}
"prefix" "command-". */}}
{{- define "orders.madeSecrets" -}}
{{- $made := dict -}}
{{- range $name, $of := .secrets -}}
{{- if hasKey $of "value" -}}{{- $_ := set $made (printf "%s%s" $.prefix $name) $of.value -}}{{- end -}}
{{- end -}}
{{- toYaml $made -}}
{{- end -}}

{{/* A volume with a file for each secret: dict "root" $ "process" {…} "prefix" "command-" "made" NAME. */}}
{{- define "orders.secretVolume" -}}
- name: secrets
  projected:
    defaultMode: 0440
    sources:
      {{- range $name, $of := include "orders.secrets" . | fromYaml }}
      - secret:
          {{- if hasKey $of "value" }}
          name: {{ $.made }}
          items: [{key: {{ ternary $.prefix "" (hasKey $.process.secrets $name) }}{{ $name }}, path: {{ $name }}}]
          {{- else }}
          name: {{ $of.secret }}
          items: [{key: {{ $of.key | quote }}, path: {{ $name }}}]
          {{- end }}
      {{- end }}
{{- end -}}

{{/* The environment of a process, but for what is about serving. */}}
{{- define "orders.env" -}}
{{- range $name, $value := .root.Values.settings }}
- name: {{ $name }}
  value: {{ ternary (printf "%.0f" (float64 $value)) (toString $value) (kindIs "float64" $value) | quote }}
{{- end }}
{{- range $name, $_ := include "orders.secrets" . | fromYaml }}
- name: {{ $name }}_FILE
  value: /secrets/{{ $name }}
{{- end }}
- name: GOMEMLIMIT
  value: {{ div (mul (include "orders.bytes" .process.resources.limits.memory | int64) 9) 10 | printf "%dB" | quote }}
{{- with .root.Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "orders.traces" -}}
{{- with .Values.traces }}
{{- if .endpoint }}
- name: POD_NAME
  valueFrom: {fieldRef: {fieldPath: metadata.name}}
- name: OTEL_SERVICE_NAME
  value: orders
- name: OTEL_RESOURCE_ATTRIBUTES
  value: k8s.namespace.name={{ $.Release.Namespace }},k8s.pod.name=$(POD_NAME),service.instance.id=$(POD_NAME)
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ .endpoint | quote }}
- name: OTEL_EXPORTER_OTLP_PROTOCOL
  value: {{ .protocol | quote }}
- name: OTEL_TRACES_SAMPLER
  value: parentbased_traceidratio
- name: OTEL_TRACES_SAMPLER_ARG
  value: {{ .share | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Where pods run, by the values of a process. */}}
{{- define "orders.placement" -}}
{{- with .priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "orders.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "orders.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end -}}
