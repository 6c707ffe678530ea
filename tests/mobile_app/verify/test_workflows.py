"""The workflows, the spec and doctor agree with each other."""

from __future__ import annotations

import json
import re

from mobile_app.doctor.checkup import PROJECT_APP
from mobile_app.doctor.command import doctor
from mobile_app.doctor.findings import Findings
from mobile_app.doctor.host import _JAVA, _TOOLS
from mobile_app.doctor.spec_file import read_spec
from mobile_app.doctor.toolchain import EMBEDDED_MODEL, P4A_COMMIT, known_toolchain
from mobile_app.verify.proofs import EMBEDDED, PACKAGERS, PROOFS

REPOSITORY = PROJECT_APP.parent
WORKFLOWS = sorted((REPOSITORY / ".github/workflows").glob("*.yml"))

RECORD = REPOSITORY / "benchmarks/results/android/verification.json"


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


def test_the_guide_the_workflow_and_doctor_install_the_same() -> None:
    guide = (PROJECT_APP / "README.md").read_text(encoding="utf-8")
    workflow = (REPOSITORY / ".github/workflows/android.yml").read_text(encoding="utf-8")

    def packages(text: str) -> set[str]:
        found = re.search(r"apt-get install -y.*\\\n((?: .*\\\n)* .*)\n", text)
        assert found
        return set(found[1].replace("\\", " ").split())

    own = {"openjdk-17-jdk-headless", "python3", "python3-pip", "python3-venv", "adb"}
    assert packages(guide) == packages(workflow) | own
    assert set(_TOOLS.values()) <= packages(guide)
    assert f"openjdk-{_JAVA}-jdk" in guide and f'java-version: "{_JAVA}"' in workflow
    (installed,) = set(re.findall(r"pip install '.*", guide))
    assert installed in workflow


def test_the_guide_names_what_the_spec_says() -> None:
    guide = (PROJECT_APP / "README.md").read_text(encoding="utf-8")
    spec = read_spec(PROJECT_APP, Findings("spec"))
    assert spec is not None
    name, domain = spec.get("package.name"), spec.get("package.domain")
    archs = "_".join(spec.items("android.archs"))
    assert f"bin/{name}-{spec.get('version')}-{archs}-debug.apk" in guide
    assert f"adb uninstall {domain}.{name}" in guide
    assert f"NDK r{spec.get('android.ndk')}" in guide
    assert set(re.findall(r"--profile (\w+)", guide)) == set(spec.profiles)
    python = next(each for each in spec.items("requirements") if each.startswith("python3=="))
    assert set(re.findall(r"Python (3\.\d+), the version", guide)) == {
        python.removeprefix("python3==").rpartition(".")[0]
    }


def test_the_guides_reckoning_is_that_of_the_record() -> None:
    guide = (PROJECT_APP / "README.md").read_text(encoding="utf-8")
    record = json.loads(RECORD.read_text(encoding="utf-8"))
    (size,) = (each["details"] for each in record["proofs"] if each["name"] == "size")
    rows = [int(each) for each in re.findall(r"^\|[^|]+\| (?:\*\*)?(\d+)\D", guide, re.MULTILINE)]
    total = size["upper_estimate_bytes"]
    wanted = [round(each / 1e6) for each in (*size["parts_bytes"].values(), total)]
    assert rows[-len(wanted) :] == wanted


def test_options_of_doctor_that_are_written_down_exist() -> None:
    known = {name for each in doctor.params for name in each.opts}
    for path in (*WORKFLOWS, PROJECT_APP / "README.md"):
        for line in re.findall(r"doctor( .*)", path.read_text(encoding="utf-8")):
            assert set(re.findall(r" (--[a-z]+)", line.partition("`")[0])) <= known


def test_variables_that_workflows_set_replace_keys_that_the_spec_has() -> None:
    # buildozer looks for a variable only where the file has the key.
    spec = (PROJECT_APP / "buildozer.spec").read_text(encoding="utf-8")
    keys = {f"APP_{key.upper().replace('.', '_')}" for key in re.findall(r"(?m)^([\w.]+) =", spec)}
    for path in (*WORKFLOWS, PROJECT_APP / "README.md"):
        assert set(re.findall(r"APP_[A-Z_]+", path.read_text(encoding="utf-8"))) <= keys


def test_the_committed_record_holds_every_proof() -> None:
    record = json.loads(RECORD.read_text(encoding="utf-8"))
    assert [proof["name"] for proof in record["proofs"]] == list(PROOFS)
    assert all(proof["passed"] is not False for proof in record["proofs"])
    assert record["commit"] and record["command"].startswith("python -m mobile_app.verify")
