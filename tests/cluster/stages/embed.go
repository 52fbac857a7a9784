// Package stages carries the kwok stages of the local fleet: what a fake node
// makes of the pods it is given.
package stages

import (
	"embed"
	"io/fs"
	"strings"

	nodeinit "sigs.k8s.io/kwok/kustomize/stage/node/fast"
	nodeheartbeat "sigs.k8s.io/kwok/kustomize/stage/node/heartbeat-with-lease"
)

//go:embed *.yaml
var files embed.FS

// Config is the document kwok takes by --config: kwok's own stages for nodes
// and ours for pods. kwok 0.8 starts with no stage of its own accord.
func Config() (string, error) {
	documents := []string{nodeinit.DefaultNodeInit, nodeheartbeat.DefaultNodeHeartbeatWithLease}
	names, err := fs.Glob(files, "*.yaml")
	if err != nil {
		return "", err
	}
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			return "", err
		}
		documents = append(documents, string(text))
	}
	return strings.Join(documents, "\n---\n"), nil
}
