"""What real objects show: conditions, copies, pods, and objects without what changes by itself."""

from .checks import expect
from .cluster import COPY_KINDS
from .systems import REFERENCE, label_of, member_namespace


def condition(thing, kind):
    """One condition of an object, {} where it has none of that type."""
    return next((c for c in thing.get("status", {}).get("conditions", []) if c["type"] == kind), {})


def is_true(thing, kind):
    expect(condition(thing, kind).get("status") == "True", lambda: f"{named(thing)}: {kind} is {told(condition(thing, kind))}")


def is_false(thing, kind):
    expect(condition(thing, kind).get("status") == "False", lambda: f"{named(thing)}: {kind} is {told(condition(thing, kind))}")


def is_unknown(thing, kind):
    expect(condition(thing, kind).get("status") == "Unknown", lambda: f"{named(thing)}: {kind} is {told(condition(thing, kind))}")


def told(one):
    return f"{one['status']} ({one.get('reason')}: {one.get('message')})" if one else "not there"


def named(thing):
    meta = thing["metadata"]
    return thing.get("kind", "") + " " + (meta["namespace"] + "/" if "namespace" in meta else "") + meta["name"]


def findings(thing, rule=None):
    return [f for f in thing.get("status", {}).get("findings", []) if rule in (None, f["rule"])]


def settled(thing):
    """Decided for its present generation and Ready, in the words of kstatus."""
    expect(thing.get("status", {}).get("observedGeneration") == thing["metadata"]["generation"], f"{named(thing)}: not seen yet")
    is_true(thing, "Ready")


def copies(fleet, agency, name):
    """{center: namespace object} of a system's marked namespaces, as the member clusters show them."""
    found = {}
    for center, cluster in fleet.members.items():
        for ns in cluster.all("Namespace"):
            if ns["metadata"].get("annotations", {}).get(REFERENCE) == f"{agency}/{name}":
                found[center] = ns
    return found


def objects_of(cluster, agency, name):
    """Every object of ours of one copy, by (kind, name)."""
    label, ns = label_of(agency, name), member_namespace(agency, name)
    found = {}
    for kind in COPY_KINDS:
        for item in cluster.all(kind, None if kind == "Namespace" else ns, labels=label):
            found[kind, item["metadata"]["name"]] = item
    return found


def is_ready(pod):
    ready = any(c["type"] == "Ready" and c["status"] == "True" for c in pod.get("status", {}).get("conditions", []))
    return ready and "deletionTimestamp" not in pod["metadata"]


def pods(cluster, agency, name, component=None):
    wanted = label_of(agency, name) + (f",haetae.io/component={component}" if component else "")
    return cluster.all("Pod", member_namespace(agency, name), labels=wanted)


def ready_pods(cluster, agency, name, component=None):
    return [pod for pod in pods(cluster, agency, name, component) if is_ready(pod)]


def pod_uids(fleet, agency, name):
    """{uid: (center, restarts)} of every pod of a system."""
    return {pod["metadata"]["uid"]: (center, sum(c.get("restartCount", 0) for c in pod["status"].get("containerStatuses", [])))
            for center, cluster in fleet.members.items() for pod in pods(cluster, agency, name)}


# What the cluster or the clock writes into an object, not who states it.
_OWN = {"uid", "resourceVersion", "creationTimestamp", "generation", "managedFields", "selfLink", "ownerReferences"}
_BY_CLUSTER = {"clusterIP", "clusterIPs", "ipFamilies", "healthCheckNodePort", "finalizers"}
_ANNOTATIONS = {"deployment.kubernetes.io/revision", "haetae.io/lease-epoch"}
FOREIGN = "team.example/"  # prefix of what scenarios write on objects as somebody else


def normalized(thing):
    """The stated part of an object: equal for two objects that were written alike."""
    meta = {k: v for k, v in thing["metadata"].items() if k not in _OWN}
    meta["annotations"] = {k: v for k, v in meta.get("annotations", {}).items() if k not in _ANNOTATIONS and FOREIGN not in k}
    meta["labels"] = {k: v for k, v in meta.get("labels", {}).items() if FOREIGN not in k}
    spec = {k: v for k, v in thing.get("spec", {}).items() if k not in _BY_CLUSTER}
    return {"kind": thing.get("kind"), "metadata": meta, "spec": spec}


def unlike(a, b, at=""):
    """The first place where two JSON values differ, in words; None where they are equal."""
    if isinstance(a, dict) and isinstance(b, dict):
        for key in sorted(set(a) | set(b)):
            if key not in a or key not in b:
                return f"{at}.{key} is only in the {'second' if key in b else 'first'}"
            if (found := unlike(a[key], b[key], f"{at}.{key}")) is not None:
                return found
        return None
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        return next((found for i in range(len(a)) if (found := unlike(a[i], b[i], f"{at}[{i}]")) is not None), None)
    return None if a == b else f"{at}: {a!r} and {b!r}"


def same(a, b):
    """Raises NotSo unless two objects are stated alike."""
    difference = unlike(normalized(a), normalized(b))
    expect(difference is None, lambda: f"{named(b)} is not as stated: {difference}")
