"""What our account may write in a member is decided there: a table of writes with its real token, and each guard removed."""

import json
import os
import re
import shutil
import tempfile
from pathlib import Path

from harness import views
from harness.audit import listed
from harness.checks import eventually, expect
from harness.cluster import run as command
from harness.fleet import ROOT
from harness.member_writes import CENTER, GUARDS, OWN, SPACES, allowed, refusals, scene
from harness.table import Account, Row
from harness.trial import EXAMPLES

POLICIES = sorted({policy for policy, _ in GUARDS.values()})


def run(trial):
    member = trial.members[CENTER]
    stored = json.loads(member.kubectl("-n", OWN, "get", "secret", "haetae-token", "-o", "json").stdout)
    account = Account(member, stored["data"]["token"])
    good, bad = allowed(), refusals()
    has_claim = member.find("ConfigMap", "haetae-claim", OWN) is not None
    member.apply(scene())
    try:
        as_installed(trial, account, good, bad)
        member.kubectl("create", "clusterrolebinding", "e2e-too-much", "--clusterrole=cluster-admin", f"--serviceaccount={OWN}:haetae")
        eventually(10, lambda: expect(account.code(Row("").read("secrets", "haetae-token", OWN)) == 200, "not an administrator yet"))
        with_too_much(trial, account, good, bad)
        guards(trial, member, account, good, bad)
        policies(trial, member, account, bad)
    finally:
        member.kubectl("delete", "clusterrolebinding", "e2e-too-much", "--ignore-not-found")
        reinstall(trial)
        for one in SPACES:
            member.delete("Namespace", one, ok=False)
        if not has_claim:
            tidy(member, "haetae-claim")
    with trial.check("with the chart as it was, the table is as it was"):
        eventually(10, lambda: expect(refused(account.answer(bad[0])), "its rights are still too wide"))
    prepared(trial, member)


def as_installed(trial, account, good, bad):
    with trial.check("what Haetae does is allowed, with the member's real token") as notes:
        eventually(10, lambda: all_allowed(account, good))
        notes.append(f"{len(good)} writes")
    for row in bad:
        with trial.check(f"our account never {row.sentence}: {'RBAC' if row.rbac else 'admission'} refuses"):
            code, message = account.answer(row)
            expect(code == 403, f"{code} {message}")
            expect(("cannot" in message) if row.rbac else ("ValidatingAdmissionPolicy 'haetae-member-" in message), message)


def with_too_much(trial, account, good, bad):
    with trial.check("an administrator made our account cluster-admin: admission refuses the same, by name") as notes:
        for row in bad:
            code, message = account.answer(row)
            names = {GUARDS[guard][0] for guard in row.guards}
            expect(code == 403 and any(name in message for name in names), f"{row.sentence}: {code} {message}")
        all_allowed(account, good)
        notes.append(f"{len(bad)} writes")


def guards(trial, member, account, good, bad):
    """Each guard for itself: without it exactly the rows that it alone holds turn red."""
    with trial.check("the table knows every guard of the chart"):
        for policy in POLICIES:
            count = len(json.loads(member.kubectl("get", "validatingadmissionpolicy", policy, "-o", "json").stdout)["spec"]["validations"])
            expect(count == sum(name == policy for name, _ in GUARDS.values()), f"{policy} has {count}")
    for guard, (policy, index) in GUARDS.items():
        alone = [row for row in bad if row.guards == {guard}]
        before = swap(member, policy, index, "true")
        with trial.check(f"guard “{guard}” removed: {len(alone)} rows turn red, and no other") as notes:
            expect(alone, "no row needs it")
            eventually(10, lambda: all_allowed(account, alone))
            held = [row for row in bad if row not in alone]
            expect(all(refused(account.answer(row)) for row in held), lambda: next(row.sentence for row in held if not refused(account.answer(row))))
            all_allowed(account, good)
            notes.append("; ".join(row.sentence for row in alone[:3]))
        swap(member, policy, index, before)
        tidy(member, "new")
        with trial.check(f"guard “{guard}” is back: refused again"):
            eventually(10, lambda: expect(all(refused(account.answer(row)) for row in alone), "still allowed"))


def policies(trial, member, account, bad):
    for policy in POLICIES:
        mine = [row for row in bad if {GUARDS[guard][0] for guard in row.guards} == {policy}]
        member.kubectl("delete", "validatingadmissionpolicybinding", policy)
        with trial.check(f"{policy} deleted: its {len(mine)} rows turn red"):
            eventually(10, lambda: all_allowed(account, mine))
        tidy(member, "new")
        reinstall(trial)
        with trial.check(f"{policy} installed again: refused again"):
            eventually(10, lambda: expect(all(refused(account.answer(row)) for row in mine), "still allowed"))


def prepared(trial, member):
    """A member chart that is missing or outdated is a condition with the command that mends it, and nothing else."""
    trial.examples()
    told = lambda: views.condition(trial.member(CENTER), "Prepared")
    is_told = lambda *words: eventually(75, lambda: expect((told().get("status"), told().get("reason")) == words, told()), every=0.5)
    with trial.check("with the chart, Prepared is True everywhere"):
        is_told("True", "Prepared")
        eventually(75, lambda: [views.is_true(trial.member(center), "Prepared") for center in trial.members])
    trial.quiet(3)
    place, pods = trial.audit.now(), {ref: views.pod_uids(trial.fleet, *ref.split("/")) for ref in EXAMPLES}
    with trial.check("the chart's ConfigMap is gone: Prepared=False, MemberChartMissing, and the cluster stays Reachable") as notes:
        member.kubectl("-n", OWN, "delete", "configmap", "haetae-member")
        notes.append(f"{is_told('False', 'MemberChartMissing'):.0f} s")
        views.is_true(trial.member(CENTER), "Reachable")
        views.is_false(trial.member(CENTER), "Ready")
    with trial.check("the command in its message mends it") as notes:
        mend(trial, told()["message"])
        notes.append(f"{is_told('True', 'Prepared'):.0f} s")
    with trial.check("an older chart: Prepared=False, MemberChartOutdated, and the command in its message mends it"):
        with tempfile.TemporaryDirectory() as folder:
            older = shutil.copytree(ROOT / "charts/haetae-member", Path(folder) / "haetae-member")
            stated = (older / "Chart.yaml").read_text()
            (older / "Chart.yaml").write_text(re.sub("(?m)^version: .*$", "version: 0.1.9", stated))
            reinstall(trial, older)
        is_told("False", "MemberChartOutdated")
        mend(trial, told()["message"])
        is_told("True", "Prepared")
    with trial.check("a cluster that does not answer: Prepared is Unknown, and True again when it does"):
        trial.fleet.command("pause", CENTER)
        try:
            is_told("Unknown", "NotReachable")
        finally:
            trial.fleet.command("resume", CENTER)
        is_told("True", "Prepared")
    with trial.check("through all of that nothing was written in any member, and no pod is another"):
        ours = trial.audit.since(place, list(trial.members))
        expect(not ours, lambda: listed(ours))
        for ref, before in pods.items():
            expect(views.pod_uids(trial.fleet, *ref.split("/")) == before, f"the pods of {ref} are others")


def mend(trial, message):
    """Runs the command of a condition, as the member's administrator."""
    words = message[message.index("helm "):].split()
    env = {**os.environ, "KUBECONFIG": trial.fleet.kubeconfig(CENTER)}
    command([str(trial.fleet.helm), *words[1:]], timeout=120, env=env, cwd=ROOT)


def refused(answer):
    return answer[0] == 403


def all_allowed(account, rows):
    for row in rows:
        code, message = account.answer(row)
        expect(code < 300 or (row.really and code == 409), f"{row.sentence}: {code} {message}")


def swap(member, policy, index, expression):
    """Sets one validation's expression; returns what it was."""
    live = json.loads(member.kubectl("get", "validatingadmissionpolicy", policy, "-o", "json").stdout)
    before = live["spec"]["validations"][index]["expression"]
    change = [{"op": "replace", "path": f"/spec/validations/{index}/expression", "value": expression}]
    member.kubectl("patch", "validatingadmissionpolicy", policy, "--type=json", "-p", json.dumps(change))
    return before


def reinstall(trial, chart=ROOT / "charts/haetae-member"):
    command([str(trial.fleet.helm), "upgrade", "--install", "haetae-member", str(chart), "--kubeconfig",
             trial.fleet.kubeconfig(CENTER), "--namespace", OWN], timeout=120)


def tidy(member, name):
    member.kubectl("-n", OWN, "delete", "configmap,serviceaccount", name, "--ignore-not-found")
