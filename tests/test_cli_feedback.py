from __future__ import annotations

import json
from pathlib import Path

from evals.cases import load_cases
from rag.library.feedback import Opinion, keep_opinion
from tests.test_cli import run


def test_feedback_is_listed_and_becomes_cases(tmp_path: Path) -> None:
    none = run("feedback", library=tmp_path)
    assert none.returncode == 2 and "Nobody has judged" in none.stderr
    assert json.loads(run("feedback", "--json", library=tmp_path).stdout) == []
    keep_opinion(
        tmp_path,
        Opinion(
            "k1", "up", "Who won?", "[bold]clear", answer="Ada. [1]", fact="Ada", articles=("a",)
        ),
    )
    keep_opinion(tmp_path, Opinion("k2", "down", "Who lost?"))
    listed = run("feedback", library=tmp_path).stdout
    assert "Who won?" in listed and "[bold]clear" in listed and "not helpful" in listed
    assert len(json.loads(run("feedback", "--json", library=tmp_path).stdout)) == 2
    made = run("feedback", "--to-cases", "mine.jsonl", library=tmp_path)
    assert "1 cases" in made.stderr and "yours to find" in made.stderr
    assert [case.id for case in load_cases(Path("mine.jsonl"))] == ["fb-k1"]
