"""One answer as it comes into being: each piece is cited, judged and put under the policy."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Literal

from rag.answer.base import Answerer, Outcome
from rag.answer.days import day_meant
from rag.answer.mentions import not_mentioned
from rag.answer.verify import Numbering, Verifier
from rag.grounding.check import Checker
from rag.retrieval.search import Found
from rag.types import Answer, DraftSentence, Event, Lead, Sentence, Turn, Verdict

# Days after which an article no longer tells how things stand.
_FRESH_DAYS = 90
OnFailure = Literal["flag", "remove", "refuse"]

NO_ANSWER = "The articles in this library do not answer this."
REFUSED = "An answer was drafted, but not every sentence of it stood up to the check."


class Clock:
    """Milliseconds by stage; a stage that recurs adds up."""

    def __init__(self) -> None:
        self._begun = self._last = time.perf_counter()
        self._laps: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self._laps[stage] = self._laps.get(stage, 0.0) + (now - self._last) * 1000
        self._last = now

    def laps(self) -> dict[str, float]:
        return {**self._laps, "total": (time.perf_counter() - self._begun) * 1000}


class Answering:
    """Runs one answerer under one checker; `on_failure` says what becomes of what fails."""

    def __init__(
        self, answerer: Answerer, checker: Checker, on_failure: OnFailure, clock: Clock
    ) -> None:
        self._answerer = answerer
        self._checker = checker
        self._on_failure = on_failure
        self._clock = clock

    def run(self, found: Found, turns: Sequence[Turn], notes: tuple[str, ...]) -> Iterator[Event]:
        """Events token, sentence, done. Raises EndpointError where the answerer's model fails."""
        numbering = Numbering(turns)
        verifier = Verifier(self._checker, found.hits, numbering)
        sentences: list[Sentence] = []
        outcome = Outcome(answered=False)
        for piece in self._answerer.pieces(found.query, found.hits, turns):
            if isinstance(piece, DraftSentence):
                self._clock.lap("answer")
                sentence = self._under_policy(verifier.judge(piece))
                self._clock.lap("check")
                sentences.append(sentence)
                yield Event("sentence", sentence=sentence, citations=numbering.citations())
            elif isinstance(piece, Outcome):
                outcome = piece
            else:
                yield Event("token", text=piece)
        self._clock.lap("answer")
        made = Answer(
            question=found.query.question,
            status="answered" if outcome.answered and sentences else "no_answer",
            mode=self._answerer.mode,
            sentences=tuple(sentences),
            citations=numbering.citations(),
            retrieved=found.hits,
            confidence=outcome.confidence,
            query=found.query,
            notes=(*notes, *outcome.notes),
            timings_ms=self._clock.laps(),
            model=self._answerer.model,
            prompt=self._answerer.prompt,
        )
        yield Event("done", answer=self._finished(made, outcome))

    def _under_policy(self, sentence: Sentence) -> Sentence:
        failed = sentence.verdict.is_problem and self._on_failure == "remove"
        return replace(sentence, removed=True) if failed else sentence

    def _finished(self, answer: Answer, outcome: Outcome) -> Answer:
        if answer.status == "no_answer":
            said = answer.sentences or (Sentence(NO_ANSWER, (), Verdict.NOT_A_CLAIM),)
            return replace(answer, sentences=said)
        if outcome.lead is not None:
            text, at = outcome.lead
            numbers = answer.sentences[at].citations
            lead = replace(_lead(text, at, answer), sure=outcome.likely) if numbers else None
            answer = replace(answer, lead=lead)
        answer = replace(answer, differing=_told(answer, outcome))
        caveats = filter(None, (_stale(answer), not_mentioned(answer)))
        answer = replace(answer, notes=(*answer.notes, *caveats))
        failed = [s for s in answer.sentences if s.verdict.is_problem]
        removed = [s for s in answer.sentences if s.removed]
        nothing_left = len(removed) == len(answer.sentences)
        if (failed and self._on_failure == "refuse") or nothing_left:
            refusal = Sentence(REFUSED, (), Verdict.NOT_A_CLAIM)
            return replace(
                answer,
                status="no_answer",
                sentences=(refusal,),
                citations=(),
                lead=None,
                differing=(),
            )
        return answer


def _lead(text: str, at: int, answer: Answer) -> Lead:
    """The short answer of sentence `at`; a weekday alone tells nobody which."""
    sentence = answer.sentences[at]
    number = sentence.citations[0]
    published = next(c.article.published for c in answer.citations if c.n == number)
    day = day_meant(text, sentence.text, published)
    return Lead(text, number, f"{day.day} {day:%B %Y}" if day else "")


def _told(answer: Answer, outcome: Outcome) -> tuple[Lead, ...]:
    """Newest first; none where a value lost its citation."""
    days = {c.n: c.article.published for c in answer.citations}
    numbers = [(text, answer.sentences[at].citations) for text, at in outcome.differing]
    if not all(own for _, own in numbers):
        return ()
    told = [Lead(text, own[0]) for text, own in numbers]
    return tuple(sorted(told, key=lambda one: days[one.n] or date.min, reverse=True))


def _stale(answer: Answer) -> str:
    """A caveat where what is asked for as it stands now rests on old articles alone."""
    query = answer.query
    days = [c.article.published for c in answer.citations if c.article.published]
    if query is None or not (query.newest or query.as_of) or query.period or not days:
        return ""
    newest, now = max(days), query.as_of or date.today()
    if (now - newest).days <= _FRESH_DAYS:
        return ""
    return f"The newest of these articles is from {newest.day} {newest:%B %Y}; what came later is not in them."
