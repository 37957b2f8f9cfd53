"""JUnit XML as GitHub and GitLab render it: a test per gate, a test per case."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from evals.reports import words
from evals.result import Run
from evals.row import Row

# What XML 1.0 cannot hold, escaped or not.
_UNFIT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(run: Run) -> str:
    """A case that fell short is a skipped test, not a failed one: gates decide, not cases."""
    gates = ET.Element("testsuite", name="groundwire gates", tests=str(len(run.gates)))
    gates.set("failures", str(sum(not gate.passed for gate in run.gates)))
    for gate in run.gates:
        test = _test(gates, "gates", f"{gate.kind} {gate.name}")
        if not gate.passed:
            _told(test, "failure", gate.line, gate.line)
    cases = ET.Element("testsuite", name="groundwire cases", tests=str(len(run.rows)))
    cases.set("errors", str(run.errors))
    short = [row for row in run.failing if row.state != "error"]
    cases.set("skipped", str(len(short)))
    for row in run.rows:
        test = _test(cases, f"cases.{row.kind}", _name(row), (row.milliseconds or 0) / 1000)
        if row.state == "error":
            _told(test, "error", row.error, _body(row))
        elif not row.passed:
            _told(test, "skipped", words.shortfall(row), _body(row))
    root = ET.Element("testsuites", name="groundwire")
    root.extend((gates, cases))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _test(suite: ET.Element, classname: str, name: str, seconds: float = 0.0) -> ET.Element:
    return ET.SubElement(
        suite,
        "testcase",
        classname=f"groundwire.{classname}",
        name=_UNFIT.sub("\ufffd", name),
        time=f"{seconds:.3f}",
    )


def _told(test: ET.Element, tag: str, message: str, body: str) -> None:
    told = ET.SubElement(test, tag, message=_UNFIT.sub("\ufffd", message))
    told.text = _UNFIT.sub("\ufffd", body)


def _name(row: Row) -> str:
    return f"{row.id} ({row.attempt})" if row.attempt > 1 else row.id


def _body(row: Row) -> str:
    lines = [row.question, words.shortfall(row)]
    for sentence in row.sentences:
        reasons = "; ".join(sentence["reasons"])
        lines.append(
            f"{sentence['verdict']}: {sentence['text']} {f'({reasons})' if reasons else ''}"
        )
    return "\n".join(lines)
