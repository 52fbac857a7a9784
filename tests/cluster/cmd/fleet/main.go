// Command fleet runs real Kubernetes control planes as plain processes on this
// machine: one hub and some centers. tests/cluster/README.md says how it is
// used; the wrapper tests/cluster/fleet builds it and calls it.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const usage = `usage: fleet COMMAND [NAME...] [options]

  up                  start what is missing, wait until all is ready (harmless to repeat)
  down                stop everything and forget it; bin/ stays
  status              one line per control plane; exit code 1 when something is down
  kill NAME [--all]   SIGKILL the API server of NAME; with --all every process of NAME
  pause NAME          SIGSTOP the API server of NAME
  resume NAME         SIGCONT it
  start NAME          start what is dead in NAME: same ports, certificates and etcd data

options:
`

// options are what the command line says. The node and center options count
// only when a fleet is new; later ups read them from the fleet's own record.
type options struct {
	dir     string
	bin     string
	all     bool
	timeout time.Duration
	layout  layout
	stated  map[string]bool // names of the flags given explicitly
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "fleet:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	opts, words, err := parse(args)
	if err != nil {
		return err
	}
	if len(words) == 0 {
		return fmt.Errorf("no command; try: fleet up, fleet status, fleet --help")
	}
	command, names := words[0], words[1:]
	commands := map[string]func(options, []string) error{
		"up": up, "down": down, "status": status,
		"kill": kill, "pause": pause, "resume": resume, "start": start,
	}
	work, ok := commands[command]
	if !ok {
		return fmt.Errorf("unknown command %q; try: fleet --help", command)
	}
	if takesName := !slices.Contains([]string{"up", "down", "status"}, command); takesName && len(names) == 0 {
		return fmt.Errorf("%s needs the name of a control plane", command)
	} else if !takesName && len(names) > 0 {
		return fmt.Errorf("%s takes no name", command)
	}
	if command != "status" && (command != "down" || exists(opts.dir)) {
		unlock, err := lock(opts.dir)
		if err != nil {
			return err
		}
		defer unlock()
	}
	return work(opts, names)
}

// parse accepts options before, between and after the words.
func parse(args []string) (options, []string, error) {
	opts := options{stated: map[string]bool{}}
	var centers string
	flags := flag.NewFlagSet("fleet", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&opts.dir, "dir", "", "where the fleet `lives`; several fleets live side by side (default build/fleet of the repository)")
	flags.StringVar(&opts.bin, "bin", "", "where the binaries lie (default DIR/bin if it is there, else build/fleet/bin)")
	flags.BoolVar(&opts.all, "all", false, "kill: every process, not only the API server")
	flags.DurationVar(&opts.timeout, "timeout", 3*time.Minute, "limit of up and start")
	flags.StringVar(&centers, "centers", "daejeon,gwangju,daegu,gongju", "names of the centers")
	flags.IntVar(&opts.layout.Nodes, "nodes", 6, "nodes of each center")
	flags.IntVar(&opts.layout.Rooms, "rooms", 3, "rooms (zones) of each center; nodes go round them")
	flags.StringVar(&opts.layout.CPU, "node-cpu", "32", "CPU of one node")
	flags.StringVar(&opts.layout.Memory, "node-memory", "128Gi", "memory of one node")
	flags.StringVar(&opts.layout.Pods, "node-pods", "110", "pods one node takes")
	var words []string
	for {
		if err := flags.Parse(args); err == flag.ErrHelp {
			fmt.Print(usage)
			flags.SetOutput(os.Stdout)
			flags.PrintDefaults()
			os.Exit(0)
		} else if err != nil {
			return opts, nil, err
		}
		if flags.NArg() == 0 {
			break
		}
		words, args = append(words, flags.Arg(0)), flags.Args()[1:]
	}
	flags.Visit(func(f *flag.Flag) { opts.stated[f.Name] = true })
	opts.layout.Centers = strings.Split(centers, ",")
	return opts, words, opts.settle()
}

// settle makes the two directories absolute: processes outlive our own
// working directory.
func (opts *options) settle() error {
	var err error
	if opts.dir == "" {
		return fmt.Errorf("--dir is empty; call tests/cluster/fleet, which knows the default")
	}
	if opts.dir, err = filepath.Abs(opts.dir); err != nil {
		return err
	}
	if own := filepath.Join(opts.dir, "bin"); exists(filepath.Join(own, multicall)) {
		opts.bin = own
	}
	if opts.bin, err = filepath.Abs(opts.bin); err != nil {
		return err
	}
	if err := opts.layout.check(); err != nil {
		return err
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
