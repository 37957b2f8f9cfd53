"""Answers in the source's own words: one to four sentences, the best first, each with its quote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.answer.base import Outcome, Piece
from rag.answer.choose import Candidate, Rarity, rank
from rag.answer.confidence import LIKELY, POSSIBLE, confidence, lead_chance
from rag.answer.followups import Tried
from rag.answer.form import is_fragment, leans
from rag.answer.kinds import Kind, kind_of
from rag.answer.lead import lead_span
from rag.grounding.claims import is_claim
from rag.grounding.rules.quantities import quantities
from rag.models.base import Embedder, Reader
from rag.types import DraftSentence, Hit, Mode, PromptRef, Query, Turn

_MOST = 4
# A question for one fact is answered by its sentence and perhaps other witnesses.
_MOST_FACT = 3
_MOST_OF_A_PART = 2
# A further sentence must be nearly as good as the best, and say something new.
_BEHIND = 1.2
_NEW = 0.4
# Of a story: one article may tell it alone, in its first sentences.
_BEHIND_A_STORY = 2.0
_OPENS = 4
# Shares of what was asked.
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class _Line:
    """A sentence of the answer: the hit that it stands in and where."""

    hit: int
    index: int

    def draft(self, hits: Sequence[Hit]) -> DraftSentence:
        passage = hits[self.hit].passage
        span = passage.sentences[self.index]
        text = " ".join(passage.sentence_texts()[self.index].split())
        return DraftSentence(text, (self.hit,), ((self.hit, span),))


class ExtractiveAnswerer:
    """Deterministic; no model but the embedded ones."""

    mode: Mode = "extractive"
    model: str | None = None
    prompt: PromptRef | None = None

    def __init__(
        self, embedder: Embedder, reader: Reader, rarity: Rarity, min_confidence: float
    ) -> None:
        self._embedder = embedder
        self._reader = reader
        self._rarity = rarity
        self._min_confidence = min_confidence

    def best(self, query: Query, hits: Sequence[Hit]) -> Tried | None:
        """The sentence that an answer would begin with, whether or not it is sure enough."""
        ranked = self._ranked(query, hits)
        if not ranked:
            return None
        text = " ".join(ranked[0].text.split())
        return Tried(text, hits[ranked[0].hit].article.id, confidence(ranked, hits))

    def _ranked(self, query: Query, hits: Sequence[Hit]) -> list[Candidate]:
        """What states nothing (a subhead that asks, a lone word) could not be cited."""
        ranked = rank(query, hits, self._embedder, self._reader, self._rarity) if hits else []
        return [one for one in ranked if is_claim(one.text)]

    def pieces(self, query: Query, hits: Sequence[Hit], history: Sequence[Turn]) -> Iterator[Piece]:
        if query.parts:
            yield from self._in_parts(query, hits)
        else:
            yield from self._whole(query, hits)

    def _in_parts(self, query: Query, hits: Sequence[Hit]) -> Iterator[Piece]:
        """A question that asks several things gets an answer to each, or is told which has none."""
        said: dict[str, int] = {}
        sure: list[float] = []
        notes: list[str] = []
        differing: list[tuple[str, int]] = []
        for part in query.each():
            *drafts, outcome = self._whole(part, hits)
            assert isinstance(outcome, Outcome)
            if not outcome.answered:
                notes.append(f"These articles do not answer: {part.question}")
                continue
            sure.append(outcome.confidence or 0.0)
            shown = [d for d in drafts if isinstance(d, DraftSentence)][:_MOST_OF_A_PART]
            for draft in shown:
                if draft.text not in said:
                    said[draft.text] = len(said)
                    yield draft
            told = [(text, shown[at]) for text, at in outcome.differing if at < len(shown)]
            differing += [(text, said[draft.text]) for text, draft in told] if len(told) > 1 else []
        yield Outcome(
            answered=bool(said),
            confidence=min(sure, default=0.0),
            differing=tuple(differing),
            notes=tuple(notes) if said else (),
        )

    def _whole(self, query: Query, hits: Sequence[Hit]) -> Iterator[Piece]:
        ranked = self._ranked(query, hits)
        sure = confidence(ranked, hits)
        if not ranked or sure < self._min_confidence or _of_something_else(ranked[0], query):
            yield Outcome(answered=False, confidence=sure)
            return
        chosen = _choose(ranked, query, hits)
        lines = _with_neighbours(chosen, hits)
        for line in lines:
            yield line.draft(hits)
        best = chosen[0]
        chance = lead_chance(best, sure)
        span = lead_span(best, query, self._rarity) if chance >= POSSIBLE else None
        at = lines.index(_Line(best.hit, best.index))
        # The draft's text has its line breaks turned to spaces; a span of it must be looked up.
        lead = " ".join(span.of(best.text).split()) if span else None
        yield Outcome(
            answered=True,
            confidence=sure,
            lead=(lead, at) if lead else None,
            likely=chance >= LIKELY,
            differing=_differing(chosen, lines, query, hits, self._rarity),
        )


def _of_something_else(best: Candidate, query: Query) -> bool:
    """Whether the story that was asked for is not the one that was found: a name is missing in it, and
    more than half of what was asked."""
    return query.overview and best.value("names") < 1 and best.value("context") < _HALF


def _choose(ranked: Sequence[Candidate], query: Query, hits: Sequence[Hit]) -> list[Candidate]:
    """The best sentence, then others that are good and new, the latest first where the question asks
    for them. A story is told in its order, by sentences that speak of it or open an article."""
    fact = kind_of(query.question) is not Kind.OTHER and not query.overview
    behind = _BEHIND_A_STORY if query.overview else _BEHIND
    chosen = [ranked[0]]
    for one in ranked[1:]:
        if len(chosen) == (_MOST_FACT if fact else _MOST) or one.score < ranked[0].score - behind:
            break
        if (fact and not one.answers) or (query.overview and not _tells(one, ranked[0], hits)):
            continue
        if all(_is_new(one, other) for other in chosen):
            chosen.append(one)
    days = [hit.article.published.toordinal() if hit.article.published else 0 for hit in hits]
    if query.newest:
        return sorted(chosen, key=lambda c: -days[c.hit])
    if query.overview:
        return sorted(chosen, key=lambda c: (days[c.hit], hits[c.hit].article.id, c.span.start))
    rest = sorted(chosen[1:], key=lambda c: (c.hit != chosen[0].hit, c.hit, c.index))
    return [chosen[0], *rest]


def _tells(one: Candidate, best: Candidate, hits: Sequence[Hit]) -> bool:
    """Whether a sentence belongs to the story of the best one."""
    if is_fragment(one.text):
        return False
    if one.value("coverage") >= _HALF * best.value("coverage") > 0:
        return True
    opens = hits[one.hit].passage.ordinal == 0 and one.index < _OPENS
    return opens and one.value("titled") >= _HALF * best.value("context")


def _is_new(one: Candidate, other: Candidate) -> bool:
    if not one.stems:
        return False
    return len(one.stems - other.stems) / len(one.stems) >= _NEW


def _with_neighbours(chosen: Sequence[Candidate], hits: Sequence[Hit]) -> list[_Line]:
    """A sentence that opens with a pronoun brings the one before it, while there is room."""
    lines: list[_Line] = []
    for one in chosen:
        own, before = _Line(one.hit, one.index), _Line(one.hit, one.index - 1)
        if own in lines:
            continue
        room = _MOST - len(lines) - 1
        if one.index and room > 0 and leans(one.text) and before not in lines:
            lines.append(before)
        if len(lines) < _MOST:
            lines.append(own)
    return lines


def _differing(
    chosen: Sequence[Candidate],
    lines: Sequence[_Line],
    query: Query,
    hits: Sequence[Hit],
    rarity: Rarity,
) -> tuple[tuple[str, int], ...]:
    """(amount, index of its line), one an article, where articles give different amounts."""
    if kind_of(query.question) is not Kind.AMOUNT:
        return ()
    told: dict[str, tuple[str, int]] = {}
    for one in chosen:
        span, line = lead_span(one, query, rarity), _Line(one.hit, one.index)
        if span and line in lines:
            text = " ".join(span.of(one.text).split())
            told.setdefault(hits[one.hit].article.id, (text, lines.index(line)))
    amounts = [quantities(text) for text, _ in told.values()]
    if len(told) < 2 or not all(amounts):
        return ()
    first = amounts[0][0]
    # "Fourteen" beside "31 people" counts people too.
    if all(
        other[0].agrees(first) or (other[0].unit != first.unit and other[0].unit and first.unit)
        for other in amounts[1:]
    ):
        return ()
    return tuple(told.values())
