from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

from evals.cases import load_cases
from rag.library.feedback import Opinion, keep_opinion
from tests.fakes.attacks import ATTACKS, SIGNED
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
    keep_opinion(tmp_path, Opinion("k2", "down", "Who lost?", answer="Ben. [1]"))
    keep_opinion(tmp_path, Opinion("k3", "up", "Why?"))
    listed = run("feedback", library=tmp_path).stdout
    assert "Who won?" in listed and "[bold]clear" in listed and "not helpful" in listed
    assert len(json.loads(run("feedback", "--json", library=tmp_path).stdout)) == 3
    made = run("feedback", "--to-cases", "mine.jsonl", library=tmp_path)
    for told in ("2 cases", "1 of them hold an answer", "yours to find", "1 answers became none"):
        assert told in made.stderr
    assert [case.id for case in load_cases(Path("mine.jsonl"))] == ["fb-k1", "fb-k2"]


def test_what_readers_wrote_does_not_steer_the_terminal(tmp_path: Path) -> None:
    steering = "\x1b[2J\x1b]0;owned\x07\x9b31m\u202e[red]"
    for number, text in enumerate(SIGNED):
        said = f"{steering} {text}"
        keep_opinion(tmp_path, Opinion(f"k{number}", "down", said, said, answer=said))
    listed = run("feedback", library=tmp_path).stdout
    for number in range(len(ATTACKS)):
        assert listed.count(f"¶{number}¶") == 3
    assert f"    Comment: [2J]0;owned31m[red] {SIGNED[0]}" in listed.splitlines()
    steers = {
        c for c in listed if unicodedata.category(c) == "Cc" or re.match("[\u202a-\u202e]", c)
    }
    assert steers == {"\n"}
