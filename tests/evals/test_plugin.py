from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

from evals.plugin import _why
from evals.row import Row

ROOT = Path(__file__).parents[2]
TESTS = """
from evals.plugin import assert_grounded
FEE = "The council raised the fee by 25 cents on Monday."
def test_good():
    assert_grounded(FEE, [FEE])
    assert_grounded(FEE, [{"text": FEE, "title": "Fees"}])
def test_bad():
    assert_grounded(FEE.replace("25", "50"), [FEE])
def test_half():
    assert_grounded(FEE + " Nobody had been asked about it in the long year before.", [FEE], min_faithfulness=0.5)
def test_nothing():
    assert_grounded("", [FEE])
"""


def pytest_of(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
    )


def test_a_suite_gains_the_check_and_a_report() -> None:
    Path("test_own.py").write_text(TESTS)
    done = pytest_of("--groundwire-report", "report.html", "test_own.py")
    assert "2 failed, 2 passed" in done.stdout, done.stdout + done.stderr
    assert "contradicted: The council raised the fee by 50 cents" in done.stdout
    assert "claims nothing that could be checked" in done.stdout
    page = Path("report.html").read_text()
    assert "test_own.py::test_good #2" in page and "contradicted" in page


def test_a_report_of_no_known_kind_is_refused() -> None:
    done = pytest_of("--groundwire-report", "report.pdf")
    assert done.returncode == 4 and "must end in .html, .md, .xml" in done.stderr


def test_the_plugin_is_announced_and_light() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["entry-points"]["pytest11"] == {"groundwire": "evals.plugin"}
    code = "import sys, evals.plugin; print([m for m in ('numpy', 'rag', 'rich', 'yaml') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"


def test_a_missing_verdict_is_not_told_as_a_missing_claim() -> None:
    sentence = {"text": "It rained.", "unscored": True, "reasons": ["unscored: no JSON"]}
    row = Row("a", "answer", "", "scored", {"faithfulness": None}, {"sentences": [sentence]})
    assert _why(row, None, 1.0) == "The checker gave no verdict of its own (unscored: no JSON)."
    assert "claims nothing" in _why(Row("b", "answer", "", "scored", {}), None, 1.0)
