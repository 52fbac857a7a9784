package main

import (
	_ "embed"
	"fmt"
	"path/filepath"
	"strings"
)

//go:embed audit-policy.yaml
var auditPolicy []byte

// plane is one control plane: the hub or a center.
type plane struct {
	name   string
	dir    string // DIR/NAME: its data, logs and pids
	bin    string
	exe    string // the multi-call binary, links resolved
	ports  ports
	layout layout
}

const (
	etcdRole        = "etcd"
	apiServerRole   = "kube-apiserver"
	controllersRole = "kube-controller-manager"
	schedulerRole   = "kube-scheduler"
	kwokRole        = "kwok"
	serviceIPRange  = "10.96.0.0/16"
)

func planes(opts options, r record) ([]plane, error) {
	exe, err := filepath.EvalSymlinks(filepath.Join(opts.bin, multicall))
	if err != nil {
		return nil, fmt.Errorf("binaries are missing: %w", err)
	}
	var all []plane
	for _, name := range r.names() {
		all = append(all, plane{
			name: name, dir: filepath.Join(opts.dir, name), bin: opts.bin, exe: exe,
			ports: r.Ports[name], layout: r.Layout,
		})
	}
	return all, nil
}

func (p plane) path(name string) string { return filepath.Join(p.dir, name) }

func (p plane) pki(name string) string { return filepath.Join(p.dir, "pki", name) }

func (p plane) url() string { return local("https", p.ports.APIServer, "") }

func local(scheme string, port int, path string) string {
	return fmt.Sprintf("%s://127.0.0.1:%d%s", scheme, port, path)
}

func (p plane) part(role string) part {
	return part{role: role, dir: p.dir, exe: p.exe}
}

// roles in the order they start. The hub has no nodes, so nothing to schedule.
func (p plane) roles() []string {
	if p.name == hubName {
		return []string{etcdRole, apiServerRole, controllersRole}
	}
	return []string{etcdRole, apiServerRole, controllersRole, schedulerRole, kwokRole}
}

// healthURL answers 200 once the role works.
func (p plane) healthURL(role string) string {
	switch role {
	case etcdRole:
		return local("http", p.ports.Etcd, "/health")
	case apiServerRole:
		return p.url() + "/readyz"
	case controllersRole:
		return local("https", p.ports.ControllerManager, "/healthz")
	case schedulerRole:
		return local("https", p.ports.Scheduler, "/healthz")
	default:
		return local("http", p.ports.Kwok, "/healthz")
	}
}

func (p plane) arguments(role string) []string {
	switch role {
	case etcdRole:
		return p.etcdArguments()
	case apiServerRole:
		return p.apiServerArguments()
	case controllersRole:
		return p.controllersArguments()
	case schedulerRole:
		return []string{
			"--kubeconfig=" + p.path("kube-scheduler.kubeconfig"),
			"--bind-address=127.0.0.1",
			fmt.Sprintf("--secure-port=%d", p.ports.Scheduler),
			"--leader-elect=false", // alone, and so it outlives its API server
		}
	default:
		return []string{
			"--kubeconfig=" + p.path("kwok.kubeconfig"),
			"--config=" + p.path("stages.yaml"),
			"--manage-all-nodes=true",
			"--node-lease-duration-seconds=40",
			fmt.Sprintf("--server-address=127.0.0.1:%d", p.ports.Kwok),
		}
	}
}

func (p plane) etcdArguments() []string {
	client, peer := local("http", p.ports.Etcd, ""), local("http", p.ports.EtcdPeer, "")
	return []string{
		"--name=" + p.name,
		"--data-dir=" + p.path("etcd"),
		"--listen-client-urls=" + client,
		"--advertise-client-urls=" + client,
		"--listen-peer-urls=" + peer,
		"--initial-advertise-peer-urls=" + peer,
		"--initial-cluster=" + p.name + "=" + peer,
		"--unsafe-no-fsync", // a test: SIGKILL loses nothing, a power cut may
		"--log-level=warn",
	}
}

func (p plane) apiServerArguments() []string {
	return []string{
		"--bind-address=127.0.0.1",
		fmt.Sprintf("--secure-port=%d", p.ports.APIServer),
		"--etcd-servers=" + local("http", p.ports.Etcd, ""),
		"--endpoint-reconciler-type=none", // else it publishes 127.0.0.1, which is refused
		"--client-ca-file=" + p.pki("ca.crt"),
		"--tls-cert-file=" + p.pki("server.crt"),
		"--tls-private-key-file=" + p.pki("server.key"),
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file=" + p.pki("service-account.pub"),
		"--service-account-signing-key-file=" + p.pki("service-account.key"),
		"--service-cluster-ip-range=" + serviceIPRange,
		"--authorization-mode=RBAC",
		"--allow-privileged=true",
		"--enable-admission-plugins=ServiceAccount,ValidatingAdmissionPolicy",
		"--shutdown-delay-duration=0s",
		"--audit-policy-file=" + p.path("audit-policy.yaml"),
		"--audit-log-path=" + p.path("audit.log"),
		"--audit-log-maxsize=100000", // MB; the default of 100 would turn counts over to a new file
	}
}

// controllers of the controller-manager. Without node-lifecycle the not-ready
// taint would stay on every node; without the protection controllers no claim
// or volume could be deleted.
var controllers = []string{
	"deployment", "replicaset", "statefulset", "daemonset", "job", "cronjob", "disruption",
	"horizontal-pod-autoscaler", "namespace", "garbage-collector", "pod-garbage-collector",
	"serviceaccount", "serviceaccount-token", "endpointslice", "resourcequota",
	"node-lifecycle", "taint-eviction", "ttl", "ttl-after-finished",
	"persistentvolume-binder", "persistentvolumeclaim-protection", "persistentvolume-protection",
	"clusterrole-aggregation", "validatingadmissionpolicy-status",
}

func (p plane) controllersArguments() []string {
	names := []string{"root-ca-certificate-publisher-controller"}
	for _, name := range controllers {
		names = append(names, name+"-controller")
	}
	return []string{
		"--kubeconfig=" + p.path("kube-controller-manager.kubeconfig"),
		"--bind-address=127.0.0.1",
		fmt.Sprintf("--secure-port=%d", p.ports.ControllerManager),
		"--root-ca-file=" + p.pki("ca.crt"),
		"--service-account-private-key-file=" + p.pki("service-account.key"),
		"--use-service-account-credentials=true", // else RBAC forbids its controllers their work
		"--leader-elect=false",                   // alone, and so it outlives its API server
		"--kube-api-qps=200",
		"--node-monitor-grace-period=5m", // kubelets outlive their API server; its return must not cost them their pods
		"--kube-api-burst=400",
		"--controllers=" + strings.Join(names, ","),
	}
}
