"""The workflows, the spec and doctor agree with each other."""

from __future__ import annotations

import json
import re
from pathlib import Path

from mobile_app.doctor.checkup import PROJECT_APP
from mobile_app.doctor.toolchain import EMBEDDED_MODEL, P4A_COMMIT, known_toolchain
from mobile_app.verify.proofs import EMBEDDED, PACKAGERS, PROOFS

REPOSITORY = PROJECT_APP.parent
WORKFLOWS = sorted((REPOSITORY / ".github/workflows").glob("*.yml"))


def test_actions_are_pinned_to_commits() -> None:
    assert [path.name for path in WORKFLOWS] == ["android.yml", "ci.yml"]
    for path in WORKFLOWS:
        uses = re.findall(r"uses: (\S+)", path.read_text(encoding="utf-8"))
        assert uses and all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", each) for each in uses)


def test_everyone_builds_with_the_same_tools() -> None:
    known = known_toolchain()
    wanted = f"buildozer=={known.buildozer}"
    assert wanted in PACKAGERS
    assert f"python-for-android=={known.python_for_android}" in PACKAGERS
    for path in (REPOSITORY / ".github/workflows/android.yml", PROJECT_APP / "README.md"):
        assert wanted in path.read_text(encoding="utf-8")
    assert P4A_COMMIT in (PROJECT_APP / "buildozer.spec").read_text(encoding="utf-8")
    assert EMBEDDED == EMBEDDED_MODEL


def test_variables_that_workflows_set_replace_keys_that_the_spec_has() -> None:
    # buildozer looks for a variable only where the file has the key.
    spec = (PROJECT_APP / "buildozer.spec").read_text(encoding="utf-8")
    keys = {f"APP_{key.upper().replace('.', '_')}" for key in re.findall(r"(?m)^([\w.]+) =", spec)}
    for path in (*WORKFLOWS, PROJECT_APP / "README.md"):
        assert set(re.findall(r"APP_[A-Z_]+", path.read_text(encoding="utf-8"))) <= keys


def test_the_committed_record_holds_every_proof() -> None:
    path = Path(REPOSITORY / "benchmarks/results/android/verification.json")
    record = json.loads(path.read_text(encoding="utf-8"))
    assert [proof["name"] for proof in record["proofs"]] == list(PROOFS)
    assert all(proof["passed"] is not False for proof in record["proofs"])
    assert record["commit"] and record["command"].startswith("python -m mobile_app.verify")
