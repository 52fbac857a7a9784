package main

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"math/rand/v2"
)

const (
	hubName    = "hub"
	recordFile = "fleet.json"
)

// layout is what a fleet is made of; it does not change while the fleet lives.
type layout struct {
	Centers []string `json:"centers"`
	Nodes   int      `json:"nodes"` // per center
	Rooms   int      `json:"rooms"` // per center
	CPU     string   `json:"cpu"`
	Memory  string   `json:"memory"`
	Pods    string   `json:"pods"`
}

var nameShape = regexp.MustCompile(`^[a-z]([a-z0-9-]{0,28}[a-z0-9])?$`)

func (l layout) check() error {
	for i, name := range l.Centers {
		if !nameShape.MatchString(name) {
			return fmt.Errorf("center %q: a name is small letters, digits and dashes, at most 30", name)
		}
		if name == hubName || name == "bin" {
			return fmt.Errorf("center %q: this name is taken", name)
		}
		if slices.Contains(l.Centers[:i], name) {
			return fmt.Errorf("center %q is named twice", name)
		}
	}
	if l.Nodes < 1 || l.Nodes > 1000 || l.Rooms < 1 || l.Rooms > l.Nodes {
		return fmt.Errorf("%d nodes in %d rooms: 1 to 1000 nodes, and no empty room", l.Nodes, l.Rooms)
	}
	return nil
}

// ports of one control plane, all on 127.0.0.1. They stay the same as long as
// the fleet lives, so that kubeconfigs stay true over kill and start.
type ports struct {
	Etcd              int `json:"etcd"`
	EtcdPeer          int `json:"etcdPeer"`
	APIServer         int `json:"apiServer"`
	ControllerManager int `json:"controllerManager"`
	Scheduler         int `json:"scheduler,omitempty"`
	Kwok              int `json:"kwok,omitempty"`
}

// record is all the fleet remembers, in DIR/fleet.json.
type record struct {
	Layout layout           `json:"layout"`
	Ports  map[string]ports `json:"ports"` // by control plane
}

func loadRecord(dir string) (record, error) {
	var r record
	text, err := os.ReadFile(filepath.Join(dir, recordFile))
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal(text, &r); err != nil {
		return r, fmt.Errorf("%s: %w", recordFile, err)
	}
	if err := r.Layout.check(); err != nil { // names become paths that down removes
		return r, fmt.Errorf("%s: %w", recordFile, err)
	}
	return r, nil
}

func (r record) save(dir string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	path := filepath.Join(dir, recordFile)
	if err := os.WriteFile(path+".new", append(text, '\n'), 0o644); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// names lists the control planes, the hub first.
func (r record) names() []string { return append([]string{hubName}, r.Layout.Centers...) }

func newRecord(l layout) (record, error) {
	r := record{Layout: l, Ports: map[string]ports{}}
	free, err := freePorts(6 * len(r.names()))
	if err != nil {
		return r, err
	}
	for i, name := range r.names() {
		p := free[6*i : 6*i+6]
		r.Ports[name] = ports{Etcd: p[0], EtcdPeer: p[1], APIServer: p[2], ControllerManager: p[3], Scheduler: p[4], Kwok: p[5]}
	}
	return r, nil
}

// freePorts picks n ports nobody listens on, from below the range the kernel
// takes for outgoing connections: from that range another process could take
// the port of an API server while it is down.
func freePorts(n int) ([]int, error) {
	low, high := 10000, 32768
	if text, err := os.ReadFile("/proc/sys/net/ipv4/ip_local_port_range"); err == nil {
		if first, err := strconv.Atoi(strings.Fields(string(text))[0]); err == nil && first > low+2000 {
			high = min(first, high)
		}
	}
	var found []int
	for range 100 * n {
		port := low + rand.IntN(high-low)
		if slices.Contains(found, port) {
			continue
		}
		listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err != nil {
			continue
		}
		listener.Close()
		if found = append(found, port); len(found) == n {
			return found, nil
		}
	}
	return nil, fmt.Errorf("no %d free ports between %d and %d", n, low, high)
}

// lock lets one fleet command at a time change a directory; the kernel drops
// the lock when we end, however we end.
func lock(dir string) (func(), error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(filepath.Join(dir, ".lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		return nil, fmt.Errorf("lock %s: %w", dir, err)
	}
	return func() { file.Close() }, nil
}
