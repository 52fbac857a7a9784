package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
)

const kubeconfigForm = `apiVersion: v1
kind: Config
current-context: %[1]s
clusters:
- name: %[1]s
  cluster:
    server: %[2]s
    certificate-authority-data: %[3]s
users:
- name: %[4]s
  user:
    client-certificate-data: %[5]s
    client-key-data: %[6]s
contexts:
- name: %[1]s
  context:
    cluster: %[1]s
    user: %[4]s
`

// writeKubeconfig writes a kubeconfig with everything inline, so that it can
// be copied anywhere, for one identity of the plane.
func (p plane) writeKubeconfig(path, identity string) error {
	var inline [3]string
	for i, name := range []string{"ca.crt", identity + ".crt", identity + ".key"} {
		text, err := os.ReadFile(p.pki(name))
		if err != nil {
			return err
		}
		inline[i] = base64.StdEncoding.EncodeToString(text)
	}
	text := fmt.Sprintf(kubeconfigForm, p.name, p.url(), inline[0], identity, inline[1], inline[2])
	if err := os.WriteFile(path+".new", []byte(text), 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// writeFiles writes all files the parts of the plane start from.
func (p plane) writeFiles(stages string) error {
	if err := os.MkdirAll(p.dir, 0o755); err != nil {
		return err
	}
	if err := ensurePKI(p.dir); err != nil {
		return err
	}
	if err := os.WriteFile(p.path("audit-policy.yaml"), auditPolicy, 0o644); err != nil {
		return err
	}
	if err := os.WriteFile(p.path("stages.yaml"), []byte(stages), 0o644); err != nil {
		return err
	}
	for _, client := range []string{"kube-controller-manager", "kube-scheduler", "kwok"} {
		if err := p.writeKubeconfig(p.path(client+".kubeconfig"), client); err != nil {
			return err
		}
	}
	return p.writeKubeconfig(filepath.Join(filepath.Dir(p.dir), p.name+".kubeconfig"), "admin")
}
