"""The pytest plugin: `assert_grounded` and --groundwire-report. It loads with every run of pytest,
so nothing heavy is imported before the first assertion."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest

    from evals.row import Row

_OPTION = "--groundwire-report"
_KINDS = {".html": "html", ".md": "markdown", ".xml": "junit"}
# What was asserted in this process, by test.
_rows: list[Row] = []


def assert_grounded(
    answer: str, contexts: Sequence[str | Mapping[str, Any]], *, min_faithfulness: float = 1.0
) -> None:
    """Fail the test when fewer of the answer's claims than that are borne out by the contexts.
    An answer that claims nothing fails too: nothing was shown."""
    from evals.batch import check_row
    from rag.api import pipeline

    test = os.environ.get("PYTEST_CURRENT_TEST", "outside a test").rpartition(" (")[0]
    earlier = sum(row.id.partition(" #")[0] == test for row in _rows)
    name = f"{test} #{earlier + 1}" if earlier else test
    row = check_row(pipeline(), name, {"answer": answer, "contexts": list(contexts)})
    _rows.append(row)
    __tracebackhide__ = True
    if row.error:
        raise ValueError(row.error)
    got = row.scores["faithfulness"]
    if got is None or got < min_faithfulness:
        raise AssertionError(_why(row, got, min_faithfulness))


def _why(row: Row, got: float | None, wanted: float) -> str:
    unscored = [s["reasons"][0] for s in row.sentences if s.get("unscored")]
    if unscored:
        return f"The checker gave no verdict of its own ({unscored[0]})."
    if got is None:
        return "The answer claims nothing that could be checked."
    lines = [f"Faithfulness is {got:.2f}, at least {wanted:.2f} was asked for:"]
    for sentence in row.sentences:
        if sentence["verdict"] not in ("supported", "not_a_claim"):
            reasons = "; ".join(sentence["reasons"])
            lines.append(f"  {sentence['verdict']}: {sentence['text']} ({reasons})")
    return "\n".join(lines)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.getgroup("groundwire").addoption(
        _OPTION,
        metavar="FILE",
        help="Write what assert_grounded checked: .html is a page, .md a summary, .xml JUnit.",
    )


def pytest_configure(config: pytest.Config) -> None:
    place = config.getoption(_OPTION)
    if place and Path(place).suffix not in _KINDS:
        import pytest

        raise pytest.UsageError(f"{_OPTION} {place}: the file must end in {', '.join(_KINDS)}.")


def pytest_sessionfinish(session: pytest.Session) -> None:
    place = session.config.getoption(_OPTION)
    # A worker of pytest-xdist has only its own tests, and all would write the same file.
    if not place or hasattr(session.config, "workerinput"):
        return
    from evals.batch import NAMES
    from evals.gates import Limits
    from evals.reports.write import write_reports
    from evals.result import Run

    run = Run(tuple(_rows), Limits(), title="Check: assert_grounded", names=NAMES)
    write_reports(run, {_KINDS[Path(place).suffix]: Path(place)})
