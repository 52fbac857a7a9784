package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

// client speaks to the parts of one plane: as cluster admin to the API server,
// without a name to the health addresses of the others.
type client struct {
	plane plane
	admin *http.Client
	plain *http.Client
}

// callLimit bounds one request: a paused API server takes connections and
// never answers.
const callLimit = 5 * time.Second

func (p plane) client() (*client, error) {
	ca, err := os.ReadFile(p.pki("ca.crt"))
	if err != nil {
		return nil, err
	}
	certificate, err := tls.LoadX509KeyPair(p.pki("admin.crt"), p.pki("admin.key"))
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca)
	admin := &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	// The controller-manager and the scheduler sign their own certificates;
	// nothing is sent to them but the question.
	plain := &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12}
	return &client{
		plane: p,
		admin: &http.Client{Timeout: callLimit, Transport: &http.Transport{TLSClientConfig: admin}},
		plain: &http.Client{Timeout: callLimit, Transport: &http.Transport{TLSClientConfig: plain}},
	}, nil
}

// healthy is nil when the role answers that it works.
func (c *client) healthy(role string) error {
	chosen := c.plain
	if role == apiServerRole {
		chosen = c.admin
	}
	answer, err := chosen.Get(c.plane.healthURL(role))
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, io.LimitReader(answer.Body, 1<<20)); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s", answer.Status)
	}
	return nil
}

// node is the part of a Node this tool writes or reads.
type node struct {
	APIVersion string `json:"apiVersion,omitempty"`
	Kind       string `json:"kind,omitempty"`
	Metadata   struct {
		Name        string            `json:"name"`
		Labels      map[string]string `json:"labels,omitempty"`
		Annotations map[string]string `json:"annotations,omitempty"`
	} `json:"metadata"`
	Spec struct {
		Taints []struct {
			Key string `json:"key"`
		} `json:"taints,omitempty"`
	} `json:"spec"`
	Status struct {
		Allocatable map[string]string `json:"allocatable,omitempty"`
		Capacity    map[string]string `json:"capacity,omitempty"`
		Conditions  []struct {
			Type   string `json:"type"`
			Status string `json:"status"`
		} `json:"conditions,omitempty"`
	} `json:"status"`
}

// fakeNode is the i-th node (from 0) of a center.
func (p plane) fakeNode(i int) node {
	var n node
	n.APIVersion, n.Kind = "v1", "Node"
	n.Metadata.Name = fmt.Sprintf("%s-node-%d", p.name, i+1)
	n.Metadata.Labels = map[string]string{
		"kubernetes.io/hostname":        n.Metadata.Name,
		"kubernetes.io/os":              "linux",
		"kubernetes.io/arch":            "amd64",
		"topology.kubernetes.io/region": p.name,
		"topology.kubernetes.io/zone":   fmt.Sprintf("%s-room-%d", p.name, i%p.layout.Rooms+1),
	}
	n.Metadata.Annotations = map[string]string{"kwok.x-k8s.io/node": "fake"}
	room := map[string]string{"cpu": p.layout.CPU, "memory": p.layout.Memory, "pods": p.layout.Pods}
	n.Status.Allocatable, n.Status.Capacity = room, room
	return n
}

// takesPods: Ready and without any taint, so that the scheduler uses it.
func (n node) takesPods() bool {
	if len(n.Spec.Taints) > 0 {
		return false
	}
	for _, condition := range n.Status.Conditions {
		if condition.Type == "Ready" {
			return condition.Status == "True"
		}
	}
	return false
}

// createNodes makes the nodes of the center that are not there yet; a node
// that is there stays as it is.
func (c *client) createNodes() error {
	for i := range c.plane.layout.Nodes {
		n := c.plane.fakeNode(i)
		body, err := json.Marshal(n)
		if err != nil {
			return err
		}
		answer, err := c.admin.Post(c.plane.url()+"/api/v1/nodes", "application/json", bytes.NewReader(body))
		if err != nil {
			return err
		}
		text, _ := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
		answer.Body.Close()
		if answer.StatusCode != http.StatusCreated && answer.StatusCode != http.StatusConflict {
			return fmt.Errorf("node %s: %s: %s", n.Metadata.Name, answer.Status, text)
		}
	}
	return nil
}

// readyNodes counts the nodes that take pods, and all nodes.
func (c *client) readyNodes(ctx context.Context) (ready, all int, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.plane.url()+"/api/v1/nodes", nil)
	if err != nil {
		return 0, 0, err
	}
	answer, err := c.admin.Do(request)
	if err != nil {
		return 0, 0, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return 0, 0, fmt.Errorf("nodes: %s", answer.Status)
	}
	var list struct {
		Items []node `json:"items"`
	}
	if err := json.NewDecoder(io.LimitReader(answer.Body, 64<<20)).Decode(&list); err != nil {
		return 0, 0, err
	}
	for _, n := range list.Items {
		if n.takesPods() {
			ready++
		}
	}
	return ready, len(list.Items), nil
}
