package main

import (
	"fmt"
	"net/http"
)

const leasesPath = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"

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
		code, err := c.ask(http.MethodPost, "/api/v1/nodes", c.plane.fakeNode(i), nil)
		if err != nil && code != http.StatusConflict {
			return err
		}
	}
	return nil
}

// nodeCounts: how many nodes take pods, and how many there are.
func (c *client) nodeCounts() (ready, all int, err error) {
	var list struct {
		Items []node `json:"items"`
	}
	if _, err := c.ask(http.MethodGet, "/api/v1/nodes", nil, &list); err != nil {
		return 0, 0, err
	}
	for _, n := range list.Items {
		if n.takesPods() {
			ready++
		}
	}
	return ready, len(list.Items), nil
}

// dropLeases forgets who looks after the nodes. A new kwok leaves a node alone
// until the lease of the kwok before it runs out, 40 s in which pods would
// wait. To be called while kwok is dead.
func (c *client) dropLeases() error {
	code, err := c.ask(http.MethodDelete, leasesPath, nil, nil)
	if code == http.StatusNotFound { // the namespace is not made yet: no lease
		return nil
	}
	return err
}

// nodesReady is nil when every node takes pods and kwok looks after each: a
// node keeps its Ready condition for a while after its kwok died.
func (c *client) nodesReady() error {
	ready, _, err := c.nodeCounts()
	if err != nil {
		return err
	}
	var leases struct {
		Items []struct{} `json:"items"`
	}
	if _, err := c.ask(http.MethodGet, leasesPath, nil, &leases); err != nil {
		return err
	}
	if wanted := c.plane.layout.Nodes; ready < wanted || len(leases.Items) < wanted {
		return fmt.Errorf("of %d nodes %d are ready and %d have a lease", wanted, ready, len(leases.Items))
	}
	return nil
}
