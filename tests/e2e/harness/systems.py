"""TenantSystems made for a test, and the words of api.md."""

API = "haetae.io/v1alpha1"
REFERENCE = "haetae.io/system-ref"  # annotation that marks a member namespace
READINESS = "example.com/test-readiness"  # pod annotation that the fleet's stages obey
SCORES = {"tier-1": (40, 45, 8), "tier-2": (37, 43, 7), "tier-3": (33, 41, 7), "tier-4": (20, 20, 3)}


def tenant_system(agency, name, tier="tier-4", components=None, data_class="S", centers=None, hard=(), **spec):
    """A small system of that tier. `centers` limits where it may go, `hard` is what it Hard-depends on."""
    impact, users, ripple = SCORES[tier]
    wanted = {
        "displayName": name, "assessment": {"impact": impact, "users": users, "ripple": ripple},
        "dataClass": data_class, "citizenFacing": False,
        "components": components or [component()],
        **({"placement": {"allowCenters": list(centers)}} if centers else {}),
        **({"dependsOn": [{"system": system, "strength": "Hard"} for system in hard]} if hard else {}), **spec}
    return {"apiVersion": API, "kind": "TenantSystem", "metadata": {"namespace": agency, "name": name}, "spec": wanted}


def component(name="web", workload="Deployment", replicas=1, readiness=None, cpu="50m", memory="32Mi", image="pause:3.10", **more):
    limits = {"runAsNonRoot": True, "runAsUser": 65535, "seccompProfile": {"type": "RuntimeDefault"}}
    container = {
        "name": name, "image": image, "ports": [{"name": "http", "containerPort": 8080}],
        "resources": {"requests": {"cpu": cpu, "memory": memory}, "limits": {"memory": memory}},
        "securityContext": {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}}
    template = {"spec": {"securityContext": limits, "containers": [container]}}
    if readiness:
        template["metadata"] = {"annotations": {READINESS: readiness}}
    return {"name": name, "workload": workload, "replicas": replicas, "template": template,
            "service": {"ports": [{"name": "http", "port": 80, "targetPort": 8080}]}, **more}


def namespace(name):
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def member_namespace(agency, name):
    """Where a system lives in a member cluster (names that fit in 63 characters)."""
    return f"ts-{agency}-{name}"


def label_of(agency, name):
    return f"haetae.io/system={agency}.{name}"
