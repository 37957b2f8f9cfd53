"""The checker: the same function for the chat, `rag.check()` and the evals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from rag.grounding.claims import Marked, is_claim, read_sentences
from rag.grounding.combine import features, probability, threshold
from rag.grounding.evidence import Chooser, Context, Line, Reading, lines_of, plain
from rag.grounding.rules import dates, names, negation, numbers, quotes, speaker
from rag.grounding.rules.finding import Case, Finding
from rag.models.base import Embedder
from rag.types import CheckedSentence, Judgement, Report, Verdict

RULES = (numbers, dates, names, quotes, speaker, negation)
# Word for word in the source: nothing is left to judge.
_VERBATIM = 0.99


class Checker(Protocol):
    """`judge` takes each claim with the sources it is held against, many at once."""

    name: str

    def judge(
        self, claims: Sequence[str], contexts: Sequence[Sequence[Context]]
    ) -> list[Judgement]: ...


class RuleChecker:
    """Rules and likeness. Deterministic; no model but the embedder."""

    name = "rules"

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def judge(
        self, claims: Sequence[str], contexts: Sequence[Sequence[Context]]
    ) -> list[Judgement]:
        chooser = Chooser(self._embedder)
        known: dict[int, list[Line]] = {}
        judged = []
        for claim, sources in zip(claims, contexts, strict=True):
            lines = known.setdefault(id(sources), lines_of(sources))
            judged.append(_judge(claim, sources, lines, chooser))
        return judged


def examine(
    claim: str, contexts: Sequence[Context], lines: Sequence[Line], chooser: Chooser
) -> tuple[Reading, list[Finding]]:
    """What was read and what the rules found; the fit and the verdict both start here."""
    reading = chooser.read(claim, lines)
    nearest = reading.lines[0] if reading.lines else None
    case = Case(
        claim=claim,
        nearest=nearest.text if nearest else "",
        evidence=reading.text(),
        source="\n".join(f"{context.title}\n{context.text}" for context in contexts),
        aligned=reading.nearest,
        published=contexts[nearest.context].published if nearest else None,
    )
    return reading, [finding for rule in RULES for finding in rule.find(case)]


def _judge(
    claim: str, contexts: Sequence[Context], lines: Sequence[Line], chooser: Chooser
) -> Judgement:
    if not lines:
        return Judgement(Verdict.UNSUPPORTED, 0.0, ("nothing was cited that could be read",))
    verbatim = _verbatim(claim, contexts, lines)
    if verbatim:
        return Judgement(Verdict.SUPPORTED, _VERBATIM, (), tuple(v.evidence() for v in verbatim))
    reading, findings = examine(claim, contexts, lines, chooser)
    score = probability(features(reading, findings))
    evidence = tuple(line.evidence() for line in reading.lines)
    conflicts = [finding for finding in findings if finding.conflict]
    reasons = tuple(dict.fromkeys(f.reason for f in [*conflicts, *findings]))
    if conflicts and reading.close:
        score = min(score, 0.9 * threshold())
        return Judgement(Verdict.CONTRADICTED, score, reasons, evidence)
    if score >= threshold():
        return Judgement(Verdict.SUPPORTED, score, reasons, evidence)
    if not reasons:
        reasons = (_why_unlike(reading),)
    return Judgement(Verdict.UNSUPPORTED, score, reasons, evidence)


def _why_unlike(reading: Reading) -> str:
    if reading.coverage < 0.4:
        return "the cited passage does not speak of this"
    return "the cited passage does not clearly say this"


def _verbatim(claim: str, contexts: Sequence[Context], lines: Sequence[Line]) -> list[Line]:
    """The sentences that hold the claim word for word, if a context does."""
    wanted = plain(claim)
    if not wanted:
        return []
    for number, context in enumerate(contexts):
        if f" {wanted} " not in f" {plain(context.text)} ":
            continue
        own = [line for line in lines if line.context == number]
        for size in (1, 2, 3, 4):
            for at in range(len(own) - size + 1):
                run = own[at : at + size]
                if f" {wanted} " in f" {plain(' '.join(line.text for line in run))} ":
                    return run
    return []


def check(answer: str, contexts: Sequence[Context], checker: Checker) -> Report:
    """A verdict on every sentence of a text against the sources it cites as [1], [2], ...

    A text without any marker is held against all sources at once.
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
    return Report(tuple(_checked(s, verdicts.get(id(s), nothing)) for s in sentences), checker.name)


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
    return Judgement(verdict, judgement.score, reasons, evidence)


def _checked(sentence: Marked, judgement: Judgement) -> CheckedSentence:
    return CheckedSentence(
        sentence.text, judgement.verdict, judgement.score, judgement.reasons, judgement.evidence
    )
