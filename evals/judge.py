"""An optional LLM judge beside the embedded checker, and how far the two agree."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from evals.metered import Metered, OverBudget, RequestFailed
from evals.row import Row
from rag.prompts import load_prompt
from rag.types import Verdict

_LABELS = (Verdict.SUPPORTED, Verdict.CONTRADICTED, Verdict.UNSUPPORTED)
_FENCED = re.compile(r"\A```(?:json)?\n(.*)\n```\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Over n sentences; `kappa` is what is left of it beyond chance (Cohen 1960)."""

    judge: str
    n: int
    unscored: int
    errors: int
    agreed: float | None
    kappa: float | None

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


class Judge:
    """`prompt` names file, version and hash, as every row records it."""

    def __init__(self, endpoint: Metered) -> None:
        self._endpoint = endpoint
        self._prompt = load_prompt("judge")
        self.name = endpoint.name
        ref = self._prompt.ref
        self.prompt = f"{ref.name} {ref.version} {ref.sha256[:12]}"

    def read(self, row: Row) -> Row:
        """The row with `judge` on each sentence that claims something: a verdict, or None where
        the reply could not be read. A failure of the endpoint is kept as `judge_error`."""
        claims = [s for s in row.sentences if s["verdict"] != Verdict.NOT_A_CLAIM]
        if not claims or not row.sources or row.answer is None:
            return row
        try:
            said = "".join(self._endpoint.stream([("human", self._message(row, claims))]))
        except (RequestFailed, OverBudget) as error:
            return replace(row, answer=row.answer | {"judge_error": str(error)})
        unread: list[str | None] = [None] * len(claims)
        verdicts = iter(parse(said, len(claims)) or unread)
        judged = [
            s if s["verdict"] == Verdict.NOT_A_CLAIM else s | {"judge": next(verdicts)}
            for s in row.sentences
        ]
        return replace(row, answer=row.answer | {"sentences": judged})

    def _message(self, row: Row, claims: Sequence[dict[str, Any]]) -> str:
        sources = "\n\n".join(f"{s.marker} {s.title}\n{s.text}" for s in row.sources)
        sentences = "\n".join(f"{n}. {s['text']}" for n, s in enumerate(claims, 1))
        # A fence that no text can close: it depends on all that it holds.
        fence = hashlib.sha256(f"{sources}\n{sentences}".encode()).hexdigest()[:16]

        def fenced(text: str) -> str:
            return f"<<<{fence}>>>\n{text}\n<<<end {fence}>>>"

        return self._prompt.fill(sources=fenced(sources), sentences=fenced(sentences), fence=fence)


def parse(said: str, count: int) -> list[str] | None:
    """The verdicts in order, or None for anything but what was asked for: a loose reading would
    turn a broken reply into a grade.

    >>> parse('{"verdicts": [{"n": 1, "verdict": "supported"}]}', 1)
    ['supported']
    """
    text = said.strip()
    fenced = _FENCED.match(text)
    try:
        entries = json.loads(fenced[1] if fenced else text)["verdicts"]
        by_number = {entry["n"]: entry["verdict"] for entry in entries}
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if sorted(by_number, key=str) != sorted(range(1, count + 1), key=str) or len(entries) != count:
        return None
    verdicts = [by_number[n] for n in range(1, count + 1)]
    return verdicts if all(v in _LABELS for v in verdicts) else None


def agreement(judge: str, rows: Sequence[Row]) -> Agreement:
    """What cites nothing counts as unsupported: a judge knows no other word for it."""
    judged = [s for row in rows for s in row.sentences if "judge" in s]
    pairs = [(_label(s["verdict"]), s["judge"]) for s in judged if s["judge"] is not None]
    errors = sum("judge_error" in (row.answer or {}) for row in rows)
    agreed = sum(a == b for a, b in pairs) / len(pairs) if pairs else None
    return Agreement(
        judge, len(pairs), len(judged) - len(pairs), errors, agreed, _kappa(pairs, agreed)
    )


def _label(verdict: str) -> str:
    return Verdict.UNSUPPORTED if verdict == Verdict.UNCITED else verdict


def _kappa(pairs: Sequence[tuple[str, str]], agreed: float | None) -> float | None:
    """None where both always say the same one thing: then chance explains all."""
    if agreed is None:
        return None
    n = len(pairs)
    chance = sum(
        sum(a == label for a, _ in pairs) * sum(b == label for _, b in pairs) / n**2
        for label in _LABELS
    )
    return (agreed - chance) / (1 - chance) if chance < 1 else None
