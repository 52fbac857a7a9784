"""What our account may and may not write in a member: the rows, and the namespaces that they need."""

from . import haetae
from .table import Row, restricted

CENTER = "gongju"
OWN = haetae.NAMESPACE
MARK, ADOPT = "haetae.io/system-ref", "haetae.io/adopt"
MINE, UNMARKED, FOREIGN, MISNAMED = "ts-e2e-mine", "ts-e2e-unmarked", "e2e-foreign", "e2e-marked-by-somebody"
ADOPTED, ADOPTABLE, KUBE = "e2e-adopted", "e2e-adoptable", "kube-e2e"
SPACES = (MINE, UNMARKED, FOREIGN, MISNAMED, ADOPTED, ADOPTABLE, KUBE)

# The chart's guards by name: (policy, place in its `validations`).
GUARDS = {
    "kind": ("haetae-member-kinds", 0), "claim": ("haetae-member-kinds", 1),
    "reserved": ("haetae-member-places", 0), "own": ("haetae-member-places", 1), "marked": ("haetae-member-places", 2),
    "leave": ("haetae-member-namespaces", 0), "name": ("haetae-member-namespaces", 1), "ours": ("haetae-member-namespaces", 2),
    "mark": ("haetae-member-namespaces", 3), "adopt": ("haetae-member-namespaces", 4), "deletion": ("haetae-member-namespaces", 5),
    "security": ("haetae-member-namespaces", 6),
}


def namespace(name, mark=None, adopt=None):
    notes = {key: value for key, value in ((MARK, mark), (ADOPT, adopt)) if value}
    return {"apiVersion": "v1", "kind": "Namespace",
            "metadata": {"name": name, "annotations": notes, "labels": {"pod-security.kubernetes.io/enforce": "restricted"}}}


def scene():
    """What the member's administrator, and we, may have made before. One ConfigMap in each, a claim in ours."""
    spaces = [namespace(MINE, "e2e/mine"), namespace(UNMARKED), namespace(FOREIGN), namespace(MISNAMED, "e2e/mine"),
              namespace(ADOPTED, "e2e/adopted", "e2e/adopted"), namespace(ADOPTABLE, None, "e2e/adoptable"),
              namespace(KUBE, "e2e/kube", "e2e/kube")]
    inside = [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "there", "namespace": space["metadata"]["name"]}} for space in spaces]
    claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "there", "namespace": MINE},
             "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}
    return spaces + inside + [claim, {**workload("apps/v1", "Deployment"), "metadata": {"name": "there", "namespace": MINE}}]


def workload(api, kind):
    template = {"metadata": {"labels": {"app": "x"}}, "spec": restricted()}
    more = {"serviceName": "x"} if kind == "StatefulSet" else {}
    return {"apiVersion": api, "kind": kind, "metadata": {"name": "new"},
            "spec": {"selector": {"matchLabels": {"app": "x"}}, "template": template, **more}}


def thing(kind, api="v1", **body):
    return {"apiVersion": api, "kind": kind, "metadata": {"name": "new"}, **body}


def ours():
    """One of each kind that Haetae writes in a namespace, by plural. (HTTPRoutes need a CRD that the fleet has not.)"""
    pod = {"spec": restricted()}
    return {
        "configmaps": thing("ConfigMap"), "serviceaccounts": thing("ServiceAccount"),
        "services": thing("Service", spec={"ports": [{"port": 80}]}),
        "resourcequotas": thing("ResourceQuota", spec={"hard": {"pods": "5"}}),
        "limitranges": thing("LimitRange", spec={"limits": []}),
        "persistentvolumeclaims": thing("PersistentVolumeClaim", spec={"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}),
        "deployments.apps": workload("apps/v1", "Deployment"), "statefulsets.apps": workload("apps/v1", "StatefulSet"),
        "horizontalpodautoscalers.autoscaling": thing("HorizontalPodAutoscaler", "autoscaling/v2", spec={
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "x"}, "maxReplicas": 3}),
        "poddisruptionbudgets.policy": thing("PodDisruptionBudget", "policy/v1", spec={"maxUnavailable": 1}),
        "cronjobs.batch": thing("CronJob", "batch/v1", spec={"schedule": "0 3 * * *", "jobTemplate": {"spec": {"template": {"spec": {**pod["spec"], "restartPolicy": "Never"}}}}}),
        "ingresses.networking.k8s.io": thing("Ingress", "networking.k8s.io/v1", spec={"defaultBackend": {"service": {"name": "x", "port": {"number": 80}}}}),
        "networkpolicies.networking.k8s.io": thing("NetworkPolicy", "networking.k8s.io/v1", spec={"podSelector": {}}),
    }


def allowed():
    rows = [Row(f"creates {kind} in a namespace of ours").create(kind, body, MINE) for kind, body in ours().items()]
    return rows + [
        Row("changes a ConfigMap in a namespace of ours").patch("configmaps", "there", {"data": {"a": "1"}}, MINE),
        Row("deletes a Deployment in a namespace of ours").delete("deployments.apps", "there", MINE),
        Row("writes where the administrator adopted").create("configmaps", thing("ConfigMap"), ADOPTED),
        Row("makes a marked ts- namespace").create("namespaces", namespace("ts-e2e-new", "e2e/new")),
        Row("labels a namespace of ours").patch("namespaces", MINE, {"metadata": {"labels": {"a": "b"}}}),
        Row("marks what the administrator offers").patch("namespaces", ADOPTABLE, {"metadata": {"annotations": {MARK: "e2e/adoptable"}}}),
        Row("deletes a namespace of ours").delete("namespaces", MINE),
        Row("rehearses in a namespace that is offered").create("serviceaccounts", thing("ServiceAccount"), ADOPTABLE),
        Row("rehearses what has no namespace yet in its own").create("deployments.apps", workload("apps/v1", "Deployment"), OWN),
        Row("makes its claim", really=True).create("configmaps", {**thing("ConfigMap"), "metadata": {"name": "haetae-claim"}}, OWN),
        Row("raises its claim").patch("configmaps", "haetae-claim", {"data": {"serial": "2"}}, OWN),
        Row("reads the chart's version").read("configmaps", "haetae-member", OWN),
        Row("asks who it is").create("selfsubjectreviews.authentication.k8s.io", {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}),
    ]


def by_kind():
    """What RBAC refuses already, and admission would if somebody granted it."""
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"}
    rbac = "rbac.authorization.k8s.io/v1"
    refused = {
        "rolebindings.rbac.authorization.k8s.io": thing("RoleBinding", rbac, roleRef=role), "roles.rbac.authorization.k8s.io": thing("Role", rbac, rules=[]),
        "secrets": thing("Secret"), "pods": {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "new"}, "spec": restricted()},
        "daemonsets.apps": workload("apps/v1", "DaemonSet"), "jobs.batch": thing("Job", "batch/v1", spec={"template": {"spec": {**restricted(), "restartPolicy": "Never"}}}),
    }
    rows = [Row(f"creates {kind} in a namespace of ours", "kind", rbac=True).create(kind, body, MINE) for kind, body in refused.items()]
    wide = {
        "clusterroles.rbac.authorization.k8s.io": thing("ClusterRole", rbac, rules=[]),
        "clusterrolebindings.rbac.authorization.k8s.io": thing("ClusterRoleBinding", rbac, roleRef=role),
        "priorityclasses.scheduling.k8s.io": thing("PriorityClass", "scheduling.k8s.io/v1", value=1),
        "persistentvolumes": thing("PersistentVolume", spec={"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/x"}}),
    }
    rows += [Row(f"creates {kind}", "kind", rbac=True).create(kind, body) for kind, body in wide.items()]
    return rows + [
        Row("scales through a subresource", "kind", rbac=True).patch("deployments.apps", "there/scale", {"spec": {"replicas": 0}}, MINE),
        Row("takes a token of another account", "kind", rbac=True).create("serviceaccounts/default/token", {
            "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}, MINE),
        Row("labels a node", "kind", rbac=True).patch("nodes", f"{CENTER}-node-1", {"metadata": {"labels": {"a": "b"}}}),
        Row("deletes a claim", "claim", rbac=True).delete("persistentvolumeclaims", "there", MINE),
    ]


def by_place():
    deployment = workload("apps/v1", "Deployment")
    return [
        Row("creates a Deployment in an unmarked ts- namespace", "marked").create("deployments.apps", deployment, UNMARKED),
        Row("creates a ConfigMap in somebody's namespace", "marked").create("configmaps", thing("ConfigMap"), FOREIGN),
        Row("creates a ServiceAccount in a namespace that is marked, not ts- and not adopted", "marked").create("serviceaccounts", thing("ServiceAccount"), MISNAMED),
        Row("creates a ConfigMap in a namespace that is offered and not marked yet", "marked", really=True).create("configmaps", thing("ConfigMap"), ADOPTABLE),
        Row("changes a ConfigMap in somebody's namespace", "marked").patch("configmaps", "there", {"data": {"a": "1"}}, FOREIGN),
        Row("deletes a ConfigMap in somebody's namespace", "marked").delete("configmaps", "there", FOREIGN),
        Row("creates a ConfigMap in kube-system", "reserved", "marked").create("configmaps", thing("ConfigMap"), "kube-system"),
        Row("creates a Deployment in default", "reserved", "marked").create("deployments.apps", deployment, "default"),
        Row("creates a ConfigMap in a kube- namespace that is marked and adopted", "reserved").create("configmaps", thing("ConfigMap"), KUBE),
        Row("creates a ConfigMap of its own choice in its own namespace", "own", really=True).create("configmaps", thing("ConfigMap"), OWN),
        Row("creates a ServiceAccount in its own namespace", "own", really=True).create("serviceaccounts", thing("ServiceAccount"), OWN),
        Row("changes what the chart says of itself", "own").patch("configmaps", "haetae-member", {"data": {"version": "9.9.9"}}, OWN),
        Row("deletes its claim", "own").delete("configmaps", "haetae-claim", OWN),
    ]


def by_namespace():
    label = lambda key, value: {"metadata": {"labels": {key: value}}}
    enforce = "pod-security.kubernetes.io/enforce"
    lax = lambda value: {**namespace("ts-e2e-new", "e2e/new"), "metadata": {"name": "ts-e2e-new", "annotations": {MARK: "e2e/new"}, "labels": {enforce: value} if value else {}}}
    mark = lambda value: {"metadata": {"annotations": {MARK: value}}}
    adopt = lambda value: {"metadata": {"annotations": {ADOPT: value}}}
    return [
        Row("makes a ts- namespace without a mark", "name").create("namespaces", namespace("ts-e2e-new")),
        Row("makes a ts- namespace that another agency's mark is on", "name").create("namespaces", namespace("ts-e2e-new", "mois/new")),
        Row("makes a marked namespace that is not ts-", "name").create("namespaces", namespace("e2e-new", "e2e/new")),
        Row("makes a kube- namespace", "name", "leave").create("namespaces", namespace("kube-new", "kube/new")),
        Row("marks somebody's namespace", "ours").patch("namespaces", FOREIGN, mark("e2e/foreign")),
        Row("marks an unmarked ts- namespace", "ours").patch("namespaces", UNMARKED, mark("e2e/unmarked")),
        Row("marks an offered namespace for another system", "ours").patch("namespaces", ADOPTABLE, mark("e2e/other")),
        Row("labels somebody's namespace", "ours").patch("namespaces", FOREIGN, label("a", "b")),
        Row("labels a marked namespace that is not ts- and not adopted", "ours").patch("namespaces", MISNAMED, label("a", "b")),
        Row("labels kube-system", "leave", "ours").patch("namespaces", "kube-system", label("a", "b")),
        Row("labels its own namespace", "leave", "ours").patch("namespaces", OWN, label("a", "b")),
        Row("labels a kube- namespace that is marked and adopted", "leave").patch("namespaces", KUBE, label("a", "b")),
        Row("gives a namespace to another system", "mark").patch("namespaces", MINE, mark("e2e/other")),
        Row("takes the mark off a namespace", "mark").patch("namespaces", MINE, mark(None)),
        Row("takes the mark off an adopted namespace", "mark").patch("namespaces", ADOPTED, mark(None)),
        Row("adopts in the administrator's name", "adopt").patch("namespaces", MINE, adopt("e2e/mine")),
        Row("takes back what the administrator offered", "adopt").patch("namespaces", ADOPTED, adopt(None)),
        Row("deletes somebody's namespace", "deletion").delete("namespaces", FOREIGN),
        Row("deletes an unmarked ts- namespace", "deletion").delete("namespaces", UNMARKED),
        Row("deletes a marked namespace that is not ts-", "deletion").delete("namespaces", MISNAMED),
        Row("deletes an adopted namespace", "deletion").delete("namespaces", ADOPTED),
        Row("makes a namespace without pod security", "security").create("namespaces", lax(None)),
        Row("makes a namespace for privileged pods", "security").create("namespaces", lax("privileged")),
        Row("lets privileged pods into a namespace of ours", "security").patch("namespaces", MINE, label(enforce, "privileged")),
        Row("takes pod security off a namespace of ours", "security").patch("namespaces", MINE, label(enforce, None)),
        Row("sets pod security back to an older version", "security").patch("namespaces", MINE, label(enforce + "-version", "v1.22")),
    ]


def refusals():
    return by_kind() + by_place() + by_namespace()
