package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"text/tabwriter"
	"time"
)

// stopGrace is what a part gets between SIGTERM and SIGKILL.
const stopGrace = 5 * time.Second

// down stops all we started and removes what we wrote, but for bin/.
func down(opts options, _ []string) error {
	r, err := loadRecord(opts.dir)
	if errors.Is(err, fs.ErrNotExist) {
		fmt.Println("no fleet in", opts.dir)
		return nil
	} else if err != nil {
		return err
	}
	all, err := planes(opts, r)
	if err != nil {
		return err
	}
	failures := make([]error, len(all))
	var group sync.WaitGroup
	for i, p := range all {
		group.Go(func() { failures[i] = p.stop() })
	}
	group.Wait()
	if err := errors.Join(failures...); err != nil {
		return err // the pid files stay: down can be tried again
	}
	for _, p := range all {
		if err := os.RemoveAll(p.dir); err != nil {
			return err
		}
		if err := os.Remove(filepath.Join(opts.dir, p.name+".kubeconfig")); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	fmt.Println("fleet down")
	return os.Remove(filepath.Join(opts.dir, recordFile))
}

// stop ends every part of the plane, politely first. A paused part wakes to
// hear of it.
func (p plane) stop() error {
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGCONT} {
		for _, role := range p.roles() {
			if _, err := p.part(role).signal(sig); err != nil {
				return err
			}
		}
	}
	deadline := time.Now().Add(stopGrace)
	for _, role := range p.roles() {
		part := p.part(role)
		if part.awaitDeath(time.Until(deadline)) {
			continue
		}
		if _, err := part.signal(syscall.SIGKILL); err != nil {
			return err
		}
		if !part.awaitDeath(stopGrace) {
			return fmt.Errorf("%s: %s did not die", p.name, role)
		}
	}
	return nil
}

// kill ends the API server, or with --all every part, without a warning.
func kill(opts options, names []string) error {
	return toAPIServers(opts, names, syscall.SIGKILL, "killed", dead)
}

// pause stops the API server in its tracks: it takes connections and is silent.
func pause(opts options, names []string) error {
	return toAPIServers(opts, names, syscall.SIGSTOP, "paused", paused)
}

func resume(opts options, names []string) error {
	return toAPIServers(opts, names, syscall.SIGCONT, "resumed", alive)
}

// toAPIServers signals and waits until the signal has done its work.
func toAPIServers(opts options, names []string, sig syscall.Signal, done string, wanted liveness) error {
	chosen, err := choose(opts, names)
	if err != nil {
		return err
	}
	for _, p := range chosen {
		roles := []string{apiServerRole}
		if opts.all && sig == syscall.SIGKILL {
			roles = p.roles()
		}
		for _, role := range roles {
			part := p.part(role)
			if found, err := part.signal(sig); err != nil {
				return err
			} else if !found && wanted != dead {
				return fmt.Errorf("%s: %s is down", p.name, role)
			}
			for deadline := time.Now().Add(stopGrace); ; time.Sleep(5 * time.Millisecond) {
				if _, state := part.look(); state == wanted {
					break
				}
				if time.Now().After(deadline) {
					return fmt.Errorf("%s: %s took no notice of the signal", p.name, role)
				}
			}
		}
		fmt.Printf("%s: %s %s\n", p.name, done, strings.Join(roles, ", "))
	}
	return nil
}

// status prints one line per control plane.
func status(opts options, _ []string) error {
	r, err := loadRecord(opts.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no fleet in %s", opts.dir)
	} else if err != nil {
		return err
	}
	all, err := planes(opts, r)
	if err != nil {
		return err
	}
	lines, sound := make([]string, len(all)), make([]bool, len(all))
	var group sync.WaitGroup
	for i, p := range all {
		group.Go(func() { lines[i], sound[i] = p.describe() })
	}
	group.Wait()
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "NAME\tREADY\tNODES\tMEMORY\tURL\tPARTS (PID)")
	whole := true
	for i := range all {
		fmt.Fprintln(table, lines[i])
		whole = whole && sound[i]
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if !whole {
		return errors.New("something is down")
	}
	return nil
}

// describe gives the line of one plane and whether all of it works.
func (p plane) describe() (string, bool) {
	var parts []string
	var bytes int64
	whole := true
	for _, role := range p.roles() {
		pid, state := p.part(role).look()
		word := fmt.Sprint(pid)
		switch state {
		case dead:
			word = "dead"
		case paused:
			word += " paused"
		}
		if state != dead {
			bytes += memory(pid)
		}
		whole = whole && state == alive
		parts = append(parts, fmt.Sprintf("%s(%s)", strings.TrimPrefix(role, "kube-"), word))
	}
	ready, nodes := "no", "-"
	if c, err := p.client(); err != nil {
		whole = false
	} else if err := c.healthy(apiServerRole); err != nil {
		whole = false
	} else {
		ready = "yes"
		if p.name != hubName {
			count, total, err := c.nodeCounts()
			nodes = fmt.Sprintf("%d/%d", count, total)
			whole = whole && err == nil && count >= p.layout.Nodes
		}
	}
	return fmt.Sprintf("%s\t%s\t%s\t%d MiB\t%s\t%s", p.name, ready, nodes, bytes>>20, p.url(), strings.Join(parts, " ")), whole
}
