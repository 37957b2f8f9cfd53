"""Answers of any RAG system, checked against the contexts they were made from."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.gates import Limits
from evals.result import Run
from evals.row import Row, Source, State
from evals.scorers import Score
from rag.batch import read_rows
from rag.errors import RagError, UsageError
from rag.grounding.claims import read_sentences
from rag.parallel import side_by_side
from rag.pipeline import Pipeline
from rag.types import Report, Verdict

# Ours, then the columns of Ragas and of DeepEval datasets.
_QUESTION = ("question", "user_input", "input")
_ANSWER = ("answer", "response", "actual_output")
_CONTEXTS = ("contexts", "sources", "retrieved_contexts", "retrieval_context")
NAMES = ("faithfulness", "contradiction", "unsupported", "quote_exactness")


@dataclass(frozen=True, slots=True)
class Answered:
    """One row as it came in. `used` are the numbers of the contexts that it says it rests on
    (all, where it says nothing); `quotes` are (number, wording)."""

    id: str
    question: str
    answer: str
    contexts: tuple[Any, ...]
    used: tuple[int, ...]
    quotes: tuple[tuple[int, str], ...]


def check_batch(pipeline: Pipeline, batch: Path, out: Path | None, limits: Limits) -> Run:
    """A row that cannot be checked becomes a row with its error; the others go on."""
    given: dict[str, dict[str, Any]] = {}
    # All are read before the first is checked: an error in the last would cost the work on the others.
    for number, (where, raw) in enumerate(read_rows(batch), 1):
        row_id = str(raw.get("id", number))
        if row_id in given:
            raise UsageError(f"{where}: the id {row_id!r} is used twice.")
        given[row_id] = {"id": number, **raw}
    rows = side_by_side(lambda row: check_row(pipeline, *row), list(given.items()))
    run = Run(tuple(rows), limits, title=f"Check: {batch.name}", names=NAMES)
    if out is not None:
        _write(out, run, {row_id: raw["id"] for row_id, raw in given.items()})
    return run


def check_row(pipeline: Pipeline, row_id: str, raw: Mapping[str, Any]) -> Row:
    try:
        given = _read(row_id, raw)
        if not given.answer.strip():
            return _row(given, "empty")
        chosen = [given.contexts[n - 1] for n in given.used]
        report = pipeline.check(given.answer, chosen)
    except RagError as error:
        asked = next((str(raw[k]) for k in _QUESTION if k in raw), "")
        return Row(row_id, "answer", asked, "error", dict.fromkeys(NAMES), error=str(error))
    return _row(given, "scored" if report.claims else "nothing_to_check", report)


def _read(row_id: str, raw: Mapping[str, Any]) -> Answered:
    answer, contexts = _first(raw, _ANSWER), _first(raw, _CONTEXTS)
    if not isinstance(answer, str):
        raise UsageError(f"The row has no text under {', '.join(_ANSWER)}.")
    if not isinstance(contexts, list):
        raise UsageError(f"The row has no list under {', '.join(_CONTEXTS)}.")
    used, quotes = _citations(raw.get("citations"), len(contexts))
    if any(sentence.marks for sentence in read_sentences(answer)):
        # Its own markers count in all the contexts, and say more.
        used = tuple(range(1, len(contexts) + 1))
    question = str(_first(raw, _QUESTION) or "")
    return Answered(row_id, question, answer, tuple(contexts), used, quotes)


def _first(raw: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((raw[name] for name in names if raw.get(name) is not None), None)


def _citations(given: Any, count: int) -> tuple[tuple[int, ...], tuple[tuple[int, str], ...]]:
    """Numbers of contexts from 1, or {"source": number, "quote": wording}."""
    used: list[int] = []
    quotes: list[tuple[int, str]] = []
    for one in given or ():
        number = one.get("source") if isinstance(one, dict) else one
        if not isinstance(number, int) or not 1 <= number <= count:
            raise UsageError(f"The citation {one!r} points to none of the {count} contexts.")
        used.append(number)
        if isinstance(one, dict) and isinstance(one.get("quote"), str):
            quotes.append((number, one["quote"]))
    return tuple(dict.fromkeys(used)) or tuple(range(1, count + 1)), tuple(quotes)


def _row(given: Answered, state: State, report: Report | None = None) -> Row:
    scores: dict[str, Score] = dict.fromkeys(NAMES)
    if report and report.claims and not report.unscored:
        shares = {v: report.count(v) / report.claims for v in Verdict}
        scores["faithfulness"] = shares[Verdict.SUPPORTED]
        scores["contradiction"] = shares[Verdict.CONTRADICTED]
        scores["unsupported"] = shares[Verdict.UNSUPPORTED] + shares[Verdict.UNCITED]
    if given.quotes:
        exact = sum(quote in _text(given.contexts[n - 1]) for n, quote in given.quotes)
        scores["quote_exactness"] = exact / len(given.quotes)
    answer = report.to_dict() if report else {"sentences": []}
    answer |= {"answer": given.answer}
    sources = _sources(given, report)
    return Row(given.id, "answer", given.question, state, scores, answer, sources)


def _text(context: Any) -> str:
    return context if isinstance(context, str) else str(context["text"])


def _sources(given: Answered, report: Report | None) -> tuple[Source, ...]:
    marks: dict[int, set[tuple[int, int]]] = {}
    for sentence in report.sentences if report else ():
        for evidence in sentence.evidence:
            # The checker saw only the contexts in use, in their order.
            number = given.used[evidence.context]
            marks.setdefault(number, set()).add((evidence.start, evidence.end))
    titles = [str(c.get("title") or "") if isinstance(c, dict) else "" for c in given.contexts]
    return tuple(
        Source((n,), titles[n - 1], _text(given.contexts[n - 1]), tuple(sorted(marks.get(n, ()))))
        for n in given.used
    )


def _write(out: Path, run: Run, ids: Mapping[str, Any]) -> None:
    part = out.with_name(f"{out.name}.part")
    try:
        with part.open("w", encoding="utf-8") as file:
            for row in _shown(run, ids):
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
        os.replace(part, out)
    except OSError as error:
        raise UsageError(f"{out} cannot be written ({error.strerror}).") from None


def _shown(run: Run, ids: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """As `rag check --json` prints it, with the id as it was given, state and scores."""
    for row in run.rows:
        kept = {"id": ids[row.id], "question": row.question, "status": row.state}
        kept["scores"] = row.scores
        yield kept | ({"error": row.error} if row.error else row.answer or {})
