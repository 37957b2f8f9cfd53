"""The checker: the same function for the chat, `rag.check()` and the evals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rag.grounding.claims import Marked, is_claim, read_sentences
from rag.grounding.combine import combination, features, sigmoid
from rag.grounding.evidence import (
    Chooser,
    Context,
    Line,
    Reading,
    lines_of,
    plain,
    reading_text,
)
from rag.grounding.rules import dates, names, negation, numbers, quotes, speaker
from rag.grounding.rules.finding import Case, Finding
from rag.models.base import ClaimReader, Embedder
from rag.types import CheckedSentence, Judgement, Report, Verdict

RULES = (numbers, dates, names, quotes, speaker, negation)
# Word for word in the source: nothing is left to judge.
_VERBATIM = 0.99
_OTHERWISE = "the cited passage says otherwise"


class Checker(Protocol):
    """`judge` takes each claim with the sources it is held against, many at once."""

    name: str

    def judge(
        self, claims: Sequence[str], contexts: Sequence[Sequence[Context]]
    ) -> list[Judgement]: ...


@dataclass(frozen=True, slots=True)
class Examined:
    """A claim with what was read for it; `judgement` where there is nothing left to judge."""

    reading: Reading | None = None
    findings: tuple[Finding, ...] = ()
    judgement: Judgement | None = None
    evidence: str = ""


class EmbeddedChecker:
    """Rules, likeness and a small model that reads; without the model, rules and likeness alone.
    Deterministic: a claim's verdict does not depend on what else is checked."""

    def __init__(self, embedder: Embedder, model: ClaimReader | None) -> None:
        self._embedder = embedder
        self._model = model
        self.name = "embedded" if model else "rules"

    def judge(
        self, claims: Sequence[str], contexts: Sequence[Sequence[Context]]
    ) -> list[Judgement]:
        found = self.examined(claims, contexts)
        return [one.judgement or self._weighed(one, logits) for one, logits in found]

    def examined(
        self, claims: Sequence[str], contexts: Sequence[Sequence[Context]]
    ) -> list[tuple[Examined, tuple[float, float] | None]]:
        """What there is to judge each claim by, and what the model read, before it is weighed."""
        chooser = Chooser(self._embedder)
        known: dict[int, list[Line]] = {}
        found = []
        for claim, sources in zip(claims, contexts, strict=True):
            lines = known.setdefault(id(sources), lines_of(sources))
            found.append(_examined(claim, sources, lines, chooser))
        read: dict[int, tuple[float, float]] = {}
        if self._model is not None:
            open_ones = [n for n, one in enumerate(found) if one.judgement is None]
            logits = self._model.read([(claims[n], found[n].evidence) for n in open_ones])
            read = {n: (float(a), float(b)) for n, (a, b) in zip(open_ones, logits, strict=True)}
        return [(one, read.get(n)) for n, one in enumerate(found)]

    def _weighed(self, one: Examined, logits: tuple[float, float] | None) -> Judgement:
        assert one.reading is not None
        joined = combination(self.name)
        least = joined.threshold
        score = joined.probability(features(one.reading, one.findings, logits))
        evidence = tuple(line.evidence() for line in one.reading.lines)
        conflicts = [finding for finding in one.findings if finding.conflict]
        reasons = tuple(dict.fromkeys(f.reason for f in [*conflicts, *one.findings]))
        if conflicts:
            # Whatever else speaks for it: a claim that is said to differ is not called supported.
            score = min(score, 0.9 * least)
        if score >= least:
            return Judgement(Verdict.SUPPORTED, score, reasons, evidence)
        denied = logits is not None and sigmoid(logits[1]) >= joined.denied
        if denied or (conflicts and one.reading.close):
            said = reasons if conflicts else (_OTHERWISE, *reasons)
            return Judgement(Verdict.CONTRADICTED, score, said, evidence)
        return Judgement(
            Verdict.UNSUPPORTED, score, reasons or (_why_unlike(one.reading),), evidence
        )


def examine(
    claim: str, contexts: Sequence[Context], lines: Sequence[Line], chooser: Chooser
) -> tuple[Reading, tuple[Finding, ...]]:
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
    return reading, tuple(finding for rule in RULES for finding in rule.find(case))


def _examined(
    claim: str, contexts: Sequence[Context], lines: Sequence[Line], chooser: Chooser
) -> Examined:
    if not lines:
        reason = "nothing was cited that could be read"
        return Examined(judgement=Judgement(Verdict.UNSUPPORTED, 0.0, (reason,)))
    verbatim = _verbatim(claim, contexts, lines)
    if verbatim:
        evidence = tuple(line.evidence() for line in verbatim)
        return Examined(judgement=Judgement(Verdict.SUPPORTED, _VERBATIM, (), evidence))
    reading, findings = examine(claim, contexts, lines, chooser)
    return Examined(reading, findings, None, reading_text(reading, contexts))


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
