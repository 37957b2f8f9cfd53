from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from evals.cases import KINDS, SHIPPED, load_cases
from evals.scorers import states
from rag.errors import UsageError
from rag.sample import corpus_folder


def texts() -> dict[str, str]:
    files = [*corpus_folder().glob("*.md"), *(SHIPPED / "injected").glob("*.md")]
    return {path.stem: path.read_text(encoding="utf-8") for path in files}


def test_there_are_cases_of_every_kind() -> None:
    cases = load_cases()
    found = Counter(case.kind for case in cases)
    # What readers disliked comes from them alone.
    assert set(found) == set(KINDS) - {"disliked"}
    assert len(cases) >= 200 and min(found.values()) >= 10
    assert (SHIPPED / "regressions.jsonl").is_file()


def test_every_key_fact_stands_in_its_articles() -> None:
    known = texts()
    for case in load_cases():
        body = "\n".join(known[name] for name in case.articles)
        missing = [fact for fact in case.facts if not states(body, fact)]
        assert not missing, f"{case.id}: {missing} stand in none of {case.articles}"


def test_what_is_wrong_is_said_somewhere() -> None:
    """Otherwise no extractive answer could get it wrong, and the score would flatter."""
    everything = "\n".join(texts().values())
    for case in load_cases():
        assert all(states(everything, wrong) for wrong in case.wrong), case.id


def test_articles_that_cases_bring_are_in_no_corpus() -> None:
    corpus = {path.stem for path in corpus_folder().glob("*.md")}
    brought = {path for case in load_cases() for path in case.brings}
    assert brought == set((SHIPPED / "injected").glob("*.md"))
    assert not corpus & {path.stem for path in brought}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"id": "a", "kind": "answerable", "question": "x", "extra": 1}', "extra"),
        ('{"id": "a", "kind": "odd", "question": "x"}', "odd"),
        ('{"id": "a", "kind": "answerable", "question": "x"}', "needs facts"),
        ('{"id": "a", "kind": "unanswerable", "question": "x"}\n' * 2, "twice"),
        ('{"id": "a", "kind": "unanswerable", "question": "x", "history": "y"}', "no list"),
        ('{"id": "a", "kind": "unanswerable", "question": "x", "options": {"k": 1}}', "as_of"),
        ('{"id": "a", "kind": "unanswerable", "question": "x", "wrong": [1]}', "wordings"),
        ('{"id": "a", "kind": "unanswerable", "question": "x", "brings": ["z.md"]}', "z.md"),
        ('{"id": "a", "kind": "disliked", "question": "x"}', "needs the answer"),
        ('{"id": "a", "kind": "unanswerable", "question": "x", "comment": 1}', "no text: 1"),
        ("{", "JSON"),
        ("[]", "object"),
    ],
)
def test_bad_cases_are_named(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text(line)
    with pytest.raises(UsageError, match=said):
        load_cases(path)


def test_a_digest_changes_with_what_the_case_brings(tmp_path: Path) -> None:
    line = '{"id": "a", "kind": "unanswerable", "question": "x", "brings": ["z.md"]}'
    (tmp_path / "cases.jsonl").write_text(line)
    (tmp_path / "z.md").write_text("one")
    (before,) = load_cases(tmp_path)
    first = before.digest
    (tmp_path / "z.md").write_text("two")
    assert before.digest != first
