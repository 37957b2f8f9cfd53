"""The checker: the same function for the chat, `rag.check()` and the evals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from rag.grounding.claims import Marked, is_claim, read_sentences
from rag.grounding.evidence import Context
from rag.types import CheckedSentence, Judgement, Report, Verdict


class Checker(Protocol):
    """`judge` takes each claim with the sources it is held against, many at once."""

    name: str

    def judge(
        self, claims: Sequence[str], contexts: Sequence[Sequence[Context]]
    ) -> list[Judgement]: ...


def check(
    answer: str, contexts: Sequence[Context], checker: Checker, *, explain: bool = False
) -> Report:
    """A verdict on every sentence of a text against the sources it cites as [1], [2], ...

    A text without any marker is held against all sources at once. With `explain` each sentence
    carries how its verdict came about.
    """
    sentences = read_sentences(answer)
    marked = any(sentence.marks for sentence in sentences)
    claims = [s for s in sentences if is_claim(s.text)]
    chosen = [_cited(s, len(contexts)) if s.marks else range(len(contexts)) for s in claims]
    groups = {tuple(numbers): [contexts[n] for n in numbers] for numbers in chosen}
    judged = checker.judge([s.text for s in claims], [groups[tuple(n)] for n in chosen])
    verdicts = {
        id(sentence): _settle(sentence, judgement, tuple(numbers), len(contexts), marked)
        for sentence, judgement, numbers in zip(claims, judged, chosen, strict=True)
    }
    nothing = Judgement(Verdict.NOT_A_CLAIM, 0.0)
    checked = tuple(_checked(s, verdicts.get(id(s), nothing), explain) for s in sentences)
    return Report(checked, checker.name)


def _cited(sentence: Marked, count: int) -> list[int]:
    return [mark - 1 for mark in sentence.marks if 1 <= mark <= count]


def _settle(
    sentence: Marked, judgement: Judgement, numbers: tuple[int, ...], count: int, marked: bool
) -> Judgement:
    """Source numbers back to those of the caller; what the markers themselves do wrong."""
    evidence = tuple(
        type(e)(numbers[e.context], e.start, e.end, e.text) for e in judgement.evidence
    )
    reasons = judgement.reasons
    verdict = judgement.verdict
    lost = [f"[{m}] points to no source" for m in sentence.marks if not 1 <= m <= count]
    if marked and not sentence.marks:
        verdict = Verdict.UNCITED
        reasons = ("it cites nothing", *reasons)
    elif lost:
        reasons = (*lost, *reasons)
        if not numbers:
            verdict = Verdict.UNCITED
    return replace(judgement, verdict=verdict, reasons=reasons, evidence=evidence)


def _checked(sentence: Marked, judgement: Judgement, explain: bool) -> CheckedSentence:
    return CheckedSentence(
        sentence.text,
        judgement.verdict,
        judgement.score,
        judgement.reasons,
        judgement.evidence,
        judgement.unscored,
        judgement.explanation if explain else None,
    )
