from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from evals.compare import compare
from evals.gates import Limits
from evals.reports.junit import junit
from evals.reports.markdown import markdown
from evals.reports.markup import marked
from evals.reports.page import page
from evals.reports.terminal import show_run
from evals.reports.write import write_reports
from evals.result import Run
from evals.row import Row, Source
from rag.errors import UsageError

XSS = '"><img src=x onerror=alert(1)></script><script>alert(1)</script>|`*_[x](javascript:1)\x00'


def sentence(text: str, verdict: str) -> dict[str, object]:
    return {"text": text, "verdict": verdict, "score": 0.5, "reasons": [f"why {XSS}"]}


def row(key: str, faithfulness: float | None, **more: object) -> Row:
    verdict = "supported" if faithfulness == 1.0 else "contradicted"
    answer = {"sentences": [sentence(f"Said {XSS}", verdict)], "timings_ms": {"total": 12.0}}
    scores = {"faithfulness": faithfulness, "mrr": 0.5}
    given = {"answer": answer, "sources": (Source((1,), XSS, f"{XSS} and more", ((0, 4),)),)}
    return Row(key, "answerable", f"What? {XSS}", more.pop("state", "scored"), scores,
               **given | more)  # type: ignore[arg-type]  # fmt: skip


@pytest.fixture(scope="module")
def run() -> Run:
    rows = (
        row("good", 1.0),
        row(XSS, 0.0),
        row("lost", None, state="error", error=f"broke {XSS}", answer=None),
    )
    before = [row("good", 0.0), row(XSS, 1.0), row("lost", 1.0)]
    limits = Limits(floors={"faithfulness": 0.9}, ceilings={"error": 0.5})
    return Run(rows, limits, f"Evals: {XSS}", ("faithfulness", "mrr"), compare(before, rows))


class Reader(HTMLParser):
    """Every tag with its attributes, so that what was meant as text shows as a tag."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_page_stands_alone_and_escapes_everything(run: Run) -> None:
    text = page(run)
    tags = Reader(text).tags
    assert [name for name, _ in tags].count("script") == 1
    assert not {"img", "link", "iframe", "object"} & {name for name, _ in tags}
    for _, attributes in tags:
        assert not any(key.startswith("on") or key in ("src", "style") for key in attributes)
        assert (attributes.get("href") or "#").startswith("#")
    policy = next(a["content"] for n, a in tags if a.get("http-equiv"))
    assert policy and policy.startswith("default-src 'none'") and "unsafe" not in policy
    assert "\x00" not in text and not re.search(r"https?://", text)
    shown = [a for name, a in tags if name == "tbody" and "data-kind" in a]
    assert [a["data-failing"] for a in shown] == ["false", "true", "true"]
    assert [a["data-changed"] for a in shown] == ["true", "true", "true"]
    assert '<span class="verdict">contradicted</span>' in text and "<mark>" in text


def test_junit_is_one_that_gates_decide(run: Run) -> None:
    root = ET.fromstring(junit(run))
    gates, cases = root.findall("testsuite")
    assert (gates.get("tests"), gates.get("failures")) == ("2", "1")
    failure = gates.find("testcase/failure")
    assert failure is not None and "the floor is 0.9" in failure.get("message", "")
    assert (cases.get("tests"), cases.get("errors"), cases.get("skipped")) == ("3", "1", "1")
    assert all(test.get("classname") and test.get("name") for test in root.iter("testcase"))


def test_markdown_holds_no_markup_of_others(run: Run) -> None:
    text = markdown(run)
    assert text.startswith("## Groundwire: ❌ failed")
    assert "| faithfulness | 0.500 |" in text and "- broken: " in text
    assert not re.search(r"(?<!\\)(?:<img|\]\(javascript|`)", text)
    table = [line for line in text.splitlines() if line.startswith("| faith")]
    assert all(len(re.findall(r"(?<!\\)\|", line)) == 8 for line in table[:1])


def test_the_terminal_names_gate_and_case(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    show_run(run)
    said = capsys.readouterr().out
    assert "Gate failed: faithfulness is 0.500, the floor is 0.9" in said
    assert "1 of 2 gates failed" in said and "0 fixed" not in said and "lost: error: broke" in said


def test_marks_that_meet_become_one() -> None:
    assert marked("abcdef", [(3, 5), (0, 2), (1, 3)]) == "<mark>abcde</mark>f"
    assert marked("<a>", []) == "&lt;a&gt;"


def test_a_report_that_cannot_be_written_is_one_line(run: Run) -> None:
    with pytest.raises(UsageError, match="nowhere"):
        write_reports(run, {"html": Path("nowhere/x.html"), "junit": None})
