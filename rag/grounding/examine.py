"""What there is to judge a claim by: its evidence and what the rules found, before it is weighed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.explanation import Explanation, Finding, Share
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
from rag.grounding.rules.case import Case
from rag.models.base import Embedder
from rag.types import Judgement, Verdict

RULES = (numbers, dates, names, quotes, speaker, negation)
# Word for word in the source: nothing is left to judge.
_VERBATIM = 0.99
_OTHERWISE = "the cited passage says otherwise"


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a checker makes of a claim: `score` is the probability of being supported, and from
    `threshold` on it counts as supported; `denied` says that the model is sure of the opposite.
    The rest says how the score came about, as in an Explanation."""

    score: float
    threshold: float
    denied: bool
    supported: float | None = None
    contradicted: float | None = None
    bias: float = 0.0
    shares: tuple[Share, ...] = ()


@dataclass(frozen=True, slots=True)
class Examined:
    """A claim beside the sentences that were chosen for it; `text` is what a model reads."""

    reading: Reading
    findings: tuple[Finding, ...]
    text: str

    def settled(self, checker: str, weighed: Weighed) -> Judgement:
        """The verdict, by the one way that every checker takes from its score. Whatever else
        speaks for it: a claim that a rule says to differ is not called supported."""
        score, least = weighed.score, weighed.threshold
        conflicts = [finding for finding in self.findings if finding.conflict]
        reasons = tuple(dict.fromkeys(f.reason for f in [*conflicts, *self.findings]))
        if conflicts:
            score = min(score, 0.9 * least)
        if score >= least:
            verdict = Verdict.SUPPORTED
        elif weighed.denied or (conflicts and self.reading.close):
            verdict = Verdict.CONTRADICTED
            reasons = reasons if conflicts else (_OTHERWISE, *reasons)
        else:
            verdict = Verdict.UNSUPPORTED
            reasons = reasons or (_why_unlike(self.reading),)
        told = Explanation(
            checker,
            verdict,
            score,
            least,
            weighed.supported,
            weighed.contradicted,
            self.findings,
            weighed.score,
            weighed.bias,
            weighed.shares,
        )
        evidence = tuple(line.evidence() for line in self.reading.lines)
        return Judgement(verdict, score, reasons, evidence, explanation=told)


class Examiner:
    """Reads claims against their sources; `checker` is the name that its judgements carry."""

    def __init__(self, checker: str, embedder: Embedder) -> None:
        self._checker = checker
        self._chooser = Chooser(embedder)

    def examine(
        self, claims: Sequence[str], contexts: Sequence[Sequence[Context]]
    ) -> list[Examined | Judgement]:
        """A judgement where nothing is left to weigh. Sources that several claims share are split
        once, and all is embedded together: that is quicker, and changes no vector."""
        split = {id(sources): lines_of(sources) for sources in _distinct(contexts)}
        found: dict[int, Judgement] = {}
        for n, (claim, sources) in enumerate(zip(claims, contexts, strict=True)):
            if judgement := self._at_once(claim, sources, split[id(sources)]):
                found[n] = judgement
        left = [n for n in range(len(claims)) if n not in found]
        readings = self._chooser.read([(claims[n], split[id(contexts[n])]) for n in left])
        read = {n: _examined(one, contexts[n]) for n, one in zip(left, readings, strict=True)}
        return [found[n] if n in found else read[n] for n in range(len(claims))]

    def _at_once(
        self, claim: str, contexts: Sequence[Context], lines: Sequence[Line]
    ) -> Judgement | None:
        if not lines:
            reason = "nothing was cited that could be read"
            told = Explanation(self._checker, Verdict.UNSUPPORTED, 0.0, note=reason)
            return Judgement(Verdict.UNSUPPORTED, 0.0, (reason,), explanation=told)
        if verbatim := _verbatim(claim, contexts, lines):
            note = "it stands in the source word for word"
            told = Explanation(self._checker, Verdict.SUPPORTED, _VERBATIM, note=note)
            evidence = tuple(line.evidence() for line in verbatim)
            return Judgement(Verdict.SUPPORTED, _VERBATIM, (), evidence, explanation=told)
        return None


def _distinct(contexts: Sequence[Sequence[Context]]) -> list[Sequence[Context]]:
    return list({id(sources): sources for sources in contexts}.values())


def _examined(reading: Reading, contexts: Sequence[Context]) -> Examined:
    nearest = reading.lines[0]
    case = Case(
        claim=reading.claim,
        nearest=nearest.text,
        evidence=reading.text(),
        source="\n".join(f"{context.title}\n{context.text}" for context in contexts),
        aligned=reading.nearest,
        published=contexts[nearest.context].published,
    )
    findings = tuple(finding for rule in RULES for finding in rule.find(case))
    return Examined(reading, findings, reading_text(reading.lines, contexts))


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
