package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"strings"
	"sync"
	"syscall"
	"time"

	"haetae/tests/cluster/stages"
)

// up starts every plane of the fleet that is not wholly there.
func up(opts options, _ []string) error {
	r, err := recordFor(opts)
	if err != nil {
		return err
	}
	all, err := planes(opts, r)
	if err != nil {
		return err
	}
	began := time.Now()
	if err := startAll(opts, all); err != nil {
		return err
	}
	fmt.Printf("fleet up in %.1f s\n", time.Since(began).Seconds())
	return status(opts, nil)
}

// recordFor reads the record of this fleet or makes a new one. Options that
// differ from the record are refused: nothing would follow them.
func recordFor(opts options) (record, error) {
	r, err := loadRecord(opts.dir)
	if errors.Is(err, fs.ErrNotExist) {
		if r, err = newRecord(opts.layout); err != nil {
			return r, err
		}
		return r, r.save(opts.dir)
	}
	if err != nil {
		return r, err
	}
	wish := r.Layout
	for name, take := range map[string]func(){
		"centers":     func() { wish.Centers = opts.layout.Centers },
		"nodes":       func() { wish.Nodes = opts.layout.Nodes },
		"rooms":       func() { wish.Rooms = opts.layout.Rooms },
		"node-cpu":    func() { wish.CPU = opts.layout.CPU },
		"node-memory": func() { wish.Memory = opts.layout.Memory },
		"node-pods":   func() { wish.Pods = opts.layout.Pods },
	} {
		if opts.stated[name] {
			take()
		}
	}
	if !reflect.DeepEqual(wish, r.Layout) {
		return r, fmt.Errorf("the fleet in %s is made of %+v; fleet down first to change that", opts.dir, r.Layout)
	}
	return r, nil
}

// start brings back what is dead in the named planes.
func start(opts options, names []string) error {
	chosen, err := choose(opts, names)
	if err != nil {
		return err
	}
	return startAll(opts, chosen)
}

// choose finds planes of a recorded fleet by name.
func choose(opts options, names []string) ([]plane, error) {
	r, err := loadRecord(opts.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no fleet in %s; fleet up makes one", opts.dir)
	} else if err != nil {
		return nil, err
	}
	all, err := planes(opts, r)
	if err != nil {
		return nil, err
	}
	var chosen []plane
	for _, name := range names {
		before := len(chosen)
		for _, p := range all {
			if p.name == name {
				chosen = append(chosen, p)
			}
		}
		if len(chosen) == before {
			return nil, fmt.Errorf("no control plane %q; there are: %s", name, strings.Join(r.names(), ", "))
		}
	}
	return chosen, nil
}

func startAll(opts options, chosen []plane) error {
	text, err := stages.Config()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), opts.timeout)
	defer cancel()
	failures := make([]error, len(chosen))
	var group sync.WaitGroup
	for i, p := range chosen {
		group.Go(func() {
			began := time.Now()
			started, err := p.start(ctx, text)
			if err != nil {
				failures[i] = fmt.Errorf("%s: %w", p.name, err)
				return
			}
			if len(started) > 0 {
				fmt.Printf("%s: ready in %.1f s (started %s)\n", p.name, time.Since(began).Seconds(), strings.Join(started, ", "))
			}
		})
	}
	group.Wait()
	return errors.Join(failures...)
}

// start brings up the dead parts of one plane, one after the other because
// each needs the one before, and says which it started.
func (p plane) start(ctx context.Context, stagesText string) ([]string, error) {
	if err := p.writeFiles(stagesText); err != nil {
		return nil, err
	}
	c, err := p.client()
	if err != nil {
		return nil, err
	}
	var started []string
	for _, role := range p.roles() {
		fresh, err := p.startPart(ctx, c, role)
		if err != nil {
			return started, err
		}
		if fresh {
			started = append(started, role)
		}
	}
	if p.name == hubName {
		return started, nil
	}
	if err := c.createNodes(); err != nil {
		return started, err
	}
	return started, until(ctx, nil, c.nodesReady)
}

// startPart starts a dead part, wakes a paused one, and waits until it works.
func (p plane) startPart(ctx context.Context, c *client, role string) (fresh bool, err error) {
	part := p.part(role)
	var ended <-chan struct{}
	switch _, state := part.look(); state {
	case dead:
		if role == kwokRole {
			if err := c.dropLeases(); err != nil {
				return false, err
			}
		}
		if ended, err = part.launch(p.bin, p.arguments(role)); err != nil {
			return false, fmt.Errorf("%s: %w", role, err)
		}
		fresh = true
	case paused:
		if _, err := part.signal(syscall.SIGCONT); err != nil {
			return false, err
		}
	}
	err = until(ctx, ended, func() error { return c.healthy(role) })
	if err != nil {
		return fresh, fmt.Errorf("%s: %w; the end of %s:\n%s", role, err, part.logFile(), part.lastLines(8))
	}
	return fresh, nil
}

// until asks again and again until the answer is nil, the context ends or the
// process the answer depends on has died.
func until(ctx context.Context, ended <-chan struct{}, ask func() error) error {
	for {
		err := ask()
		if err == nil {
			return nil
		}
		select {
		case <-ended: // a nil channel never fires
			return errors.New("it ended at once")
		case <-ctx.Done():
			return fmt.Errorf("not ready in time: %w", err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}
