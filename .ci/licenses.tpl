# Licenses of what is built into credwiz

Made by `.ci/supply` with go-licenses; do not edit.

| Package | Version | Licence |
|---|---|---|
{{- range . }}{{ if ne .Name "credwiz" }}
| {{ .Name }} | {{ .Version }} | {{ .LicenseName }} |{{ end }}{{ end }}
