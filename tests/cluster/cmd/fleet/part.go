package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// multicall is the one binary behind every role; bin/ROLE is a link to it.
const multicall = "controlplane"

// part is one process of a control plane as recorded in DIR/NAME/ROLE.pid.
type part struct {
	role string
	dir  string // DIR/NAME
	exe  string // what /proc/PID/exe must say, links resolved
}

// liveness of a recorded process.
type liveness int

const (
	dead liveness = iota
	paused
	alive
)

func (p part) pidFile() string { return filepath.Join(p.dir, p.role+".pid") }

func (p part) logFile() string { return filepath.Join(p.dir, p.role+".log") }

// look returns the recorded pid and whether it still is our process. A pid
// comes round again, so its start time and its executable must fit as well.
func (p part) look() (int, liveness) {
	text, err := os.ReadFile(p.pidFile())
	if err != nil {
		return 0, dead
	}
	var pid int
	var began string
	if n, _ := fmt.Sscan(string(text), &pid, &began); n != 2 || pid < 2 {
		return 0, dead
	}
	state, startTime := procStat(pid)
	exe, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid))
	// A rebuild replaces the file under running processes.
	if err != nil || strings.TrimSuffix(exe, " (deleted)") != p.exe || startTime != began {
		return pid, dead
	}
	switch state {
	case "Z", "X", "":
		return pid, dead
	case "T", "t":
		return pid, paused
	}
	return pid, alive
}

// procStat reads state and start time (in clock ticks since boot) of a pid.
func procStat(pid int) (state, startTime string) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return "", ""
	}
	// The second field is the name in brackets and may hold blanks.
	_, rest, ok := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	if !ok || len(fields) < 20 {
		return "", ""
	}
	return fields[0], fields[19]
}

// launch starts the process in a session of its own, so that it outlives us
// and our terminal. The returned channel closes when it ends.
func (p part) launch(bin string, args []string) (<-chan struct{}, error) {
	log, err := os.OpenFile(p.logFile(), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	command := exec.Command(filepath.Join(bin, p.role), args...)
	command.Dir, command.Stdout, command.Stderr = p.dir, log, log
	// HOME is ours: kwok would read the settings of the person's own ~/.kwok.
	command.Env = []string{"HOME=" + p.dir, "PATH=/usr/bin:/bin", "TMPDIR=" + os.TempDir()}
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := command.Start(); err != nil {
		return nil, err
	}
	pid := command.Process.Pid
	_, began := procStat(pid)
	if err := os.WriteFile(p.pidFile(), []byte(strconv.Itoa(pid)+" "+began+"\n"), 0o644); err != nil {
		_ = command.Process.Kill() // unrecorded, nobody could stop it later
		return nil, err
	}
	ended := make(chan struct{})
	go func() {
		_ = command.Wait()
		close(ended)
	}()
	return ended, nil
}

// signal sends to the process if it is ours and alive; false if it is not.
func (p part) signal(sig syscall.Signal) (bool, error) {
	pid, state := p.look()
	if state == dead {
		return false, nil
	}
	if err := syscall.Kill(pid, sig); err != nil && err != syscall.ESRCH {
		return false, fmt.Errorf("%s pid %d: %w", p.role, pid, err)
	}
	return true, nil
}

// awaitDeath waits until the process is gone; false after the limit.
func (p part) awaitDeath(limit time.Duration) bool {
	for deadline := time.Now().Add(limit); ; time.Sleep(20 * time.Millisecond) {
		if _, state := p.look(); state == dead {
			return true
		}
		if time.Now().After(deadline) {
			return false
		}
	}
}

// lastLines of the log, for the report of a process that died.
func (p part) lastLines(n int) string {
	text, err := os.ReadFile(p.logFile())
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return "  " + strings.Join(lines[max(0, len(lines)-n):], "\n  ")
}

// memory is the proportional set size in bytes, 0 if unknown: pages shared
// between our processes are counted once in the sum.
func memory(pid int) int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), "\nPss:")
	var kib int64
	_, _ = fmt.Sscan(rest, &kib)
	return kib << 10
}
