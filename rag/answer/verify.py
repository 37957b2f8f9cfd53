"""From draft sentences to cited, judged ones. This is code after the model: it decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.grounding.check import Checker
from rag.grounding.claims import is_claim
from rag.grounding.evidence import Context
from rag.types import Citation, DraftSentence, Hit, Judgement, Sentence, Span, Turn, Verdict


class Numbering:
    """Citation numbers: one quote, one number, for the whole conversation."""

    def __init__(self, history: Sequence[Turn]) -> None:
        earlier = [citation for turn in history for citation in turn.citations]
        self._numbers = {_key(citation): citation.n for citation in earlier}
        self._next = max((citation.n for citation in earlier), default=0) + 1
        self.used: dict[int, Citation] = {}

    def cite(self, hit: Hit, span: Span) -> int:
        start = span.start - hit.passage.start
        quote = hit.passage.text[start : start + span.end - span.start]
        made = Citation(0, hit.article, hit.passage.id, quote, span.start, span.end)
        number = self._numbers.get(_key(made))
        if number is None:
            number = self._numbers[_key(made)] = self._next
            self._next += 1
        self.used[number] = replace(made, n=number)
        return number

    def citations(self) -> tuple[Citation, ...]:
        return tuple(self.used[n] for n in sorted(self.used))


class Verifier:
    """Judges sentences of one answer against the hits it was drawn from."""

    def __init__(self, checker: Checker, hits: Sequence[Hit], numbering: Numbering) -> None:
        self._checker = checker
        self._hits = hits
        self._numbering = numbering

    def judge(self, draft: DraftSentence) -> Sentence:
        """The sentence with its verdict and citations. Without a quote of its own, what the
        checker found becomes the quote: the reader is shown what the verdict rests on."""
        if not is_claim(draft.text):
            return Sentence(draft.text, (), Verdict.NOT_A_CLAIM, 0.0, draft.problems)
        sources = [n for n in dict.fromkeys(draft.sources) if n < len(self._hits)]
        contexts = [Context.of(self._hits[n]) for n in sources or range(len(self._hits))]
        (judgement,) = self._checker.judge([draft.text], [contexts])
        if not sources:
            reasons = (*draft.problems, "it cites nothing", *judgement.reasons)
            return Sentence(draft.text, (), Verdict.UNCITED, judgement.score, reasons)
        judgement = replace(judgement, reasons=(*draft.problems, *judgement.reasons))
        quotes = draft.quotes or _quotes(judgement, sources, self._hits)
        numbers = dict.fromkeys(self._numbering.cite(self._hits[n], span) for n, span in quotes)
        return Sentence(draft.text, tuple(numbers)).judged(judgement)


def _quotes(
    judgement: Judgement, sources: Sequence[int], hits: Sequence[Hit]
) -> tuple[tuple[int, Span], ...]:
    """For each source that was cited, the evidence sentence found in it, else its first one."""
    found = []
    for place, number in enumerate(sources):
        passage = hits[number].passage
        spans = [
            Span(passage.start + e.start, passage.start + e.end)
            for e in judgement.evidence
            if e.context == place
        ]
        found.append((number, spans[0] if spans else passage.sentences[0]))
    return tuple(found)


def _key(citation: Citation) -> tuple[str, int, int, str]:
    return (citation.article.id, citation.start, citation.end, citation.quote)
