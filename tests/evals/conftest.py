"""One run of the evals serves all these tests: a fixed sample of the shipped cases."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from evals.baseline import accept
from evals.cases import SHIPPED
from evals.result import Run
from evals.run import Plan, run_evals
from rag.settings import Settings

# Fewer of the many, more of the few: a minute of questions becomes ten seconds.
EVERY = {"answerable.jsonl": 10, "unanswerable.jsonl": 6, "follow_up.jsonl": 4, "injected.jsonl": 2}


@dataclass(frozen=True)
class Shared:
    """`rows` and `baseline` are files of `run`; `cases` is the folder that was asked."""

    cases: Path
    rows: Path
    baseline: Path
    run: Run


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Shared:
    folder = tmp_path_factory.mktemp("evals")
    cases = folder / "cases"
    shutil.copytree(SHIPPED, cases)
    for file in cases.glob("*.jsonl"):
        lines = file.read_text().splitlines()
        file.write_text("\n".join(lines[:: EVERY.get(file.name, 3)]))
    rows, baseline = folder / "rows.jsonl", folder / "baseline.jsonl"
    run = run_evals(Settings(), Plan(cases=cases, out=rows), quiet=True)
    accept(baseline, run.rows)
    return Shared(cases, rows, baseline, run)


@pytest.fixture
def pick(tmp_path: Path) -> Callable[[Sequence[str]], Path]:
    """A case file of some shipped cases, by id."""

    def make(ids: Sequence[str]) -> Path:
        lines = [line for file in SHIPPED.glob("*.jsonl") for line in file.read_text().splitlines()]
        known = {json.loads(line)["id"]: line for line in lines}
        # The articles that some cases bring along are named from where the cases lie.
        shutil.copytree(SHIPPED / "injected", tmp_path / "injected", dirs_exist_ok=True)
        path = tmp_path / "picked.jsonl"
        path.write_text("\n".join(known[key] for key in ids))
        return path

    return make
