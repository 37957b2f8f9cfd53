"""The steps in docs/ are run as they stand there, in a shell, with `rag` on the path."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FEE = "The council raised the fee by 25 cents on Monday."


@pytest.fixture
def shell(tmp_path: Path):
    """Runs a step here; `more` is added to every call of rag."""

    def run(step: str, more: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        command = tmp_path / "bin" / "rag"
        command.parent.mkdir(exist_ok=True)
        start = f'"{sys.executable}" -c "from rag.cli import main; main()"'
        command.write_text(f'#!/bin/sh\nexec {start} "$@" {more}\n')
        command.chmod(0o755)
        own = {"PATH": f"{command.parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
        return subprocess.run(
            ["bash", "-e", "-c", step],
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | own | environment,
        )

    return run


def parsed(name: str) -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docs" / name).read_text(encoding="utf-8"))


def test_the_github_action(shared, shell) -> None:
    steps = parsed("github-action.yml")["jobs"]["evals"]["steps"]
    (step,) = [s["run"] for s in steps if s.get("name") == "Evals"]
    # The answers are those of the shared run; the step compares, gates and reports.
    shutil.copy(shared.rows, "rows.jsonl")
    more = f'"{shared.cases}" --resume --baseline-file "{shared.baseline}"'
    done = shell(step, more, GITHUB_STEP_SUMMARY="summary.md")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No score differs from the baseline." in done.stdout
    kept = next(s["with"]["path"] for s in steps if "upload-artifact" in s.get("uses", ""))
    assert all(Path(name).is_file() for name in kept.split())
    assert Path("summary.md").read_text().startswith("## Groundwire: ✅ passed")
    assert int(ET.parse("evals.xml").getroot().findall("testsuite")[1].get("tests", 0)) == len(
        shared.run.rows
    )


def test_the_gitlab_job(shell) -> None:
    job = parsed("gitlab-ci.yml")["faithfulness"]
    rows = [{"id": n, "answer": FEE.replace("25", n), "contexts": [FEE]} for n in ("25", "50")]
    Path("answers.jsonl").write_text("\n".join(map(json.dumps, rows)))
    Path("gates.toml").write_text("[ceilings]\ncontradiction = 0.1\n")
    done = shell("\n".join(job["script"]))
    assert done.returncode == 1, done.stderr
    assert "Gate failed: contradiction is 0.500, the ceiling is 0.1; look at 50" in done.stdout
    report = job["artifacts"]["reports"]["junit"]
    assert ET.parse(report).getroot().find("testsuite/testcase/failure") is not None
    assert all(Path(name).is_file() for name in job["artifacts"]["paths"])
