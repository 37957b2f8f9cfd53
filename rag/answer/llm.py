"""Answers by a chat model, from fenced and numbered passages, each sentence with its [n]."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from rag.answer.base import Outcome, Piece
from rag.errors import EndpointError
from rag.grounding.claims import Marked, is_claim, read_sentences
from rag.models.chat import Chat, Endpoint
from rag.prompts import load_prompt
from rag.reading.clean import visible
from rag.settings import Settings
from rag.types import DraftSentence, Hit, Mode, PromptRef, Query, Turn

_TURNS = 4
_LONGEST_TURN = 1200
_LONGEST_QUESTION = 300


class LlmAnswerer:
    """Raises EndpointError where the endpoint fails; what it said until then was not wrong."""

    mode: Mode = "llm"

    def __init__(self, endpoint: Chat) -> None:
        self._endpoint = endpoint
        self._prompt = load_prompt("answer")
        self.model: str | None = endpoint.name
        self.prompt: PromptRef | None = self._prompt.ref

    @classmethod
    def from_settings(cls, settings: Settings) -> LlmAnswerer:
        return cls(Endpoint(settings))

    def pieces(self, query: Query, hits: Sequence[Hit], history: Sequence[Turn]) -> Iterator[Piece]:
        said, given = "", 0
        drafts: list[DraftSentence] = []
        for token in map(visible, self._endpoint.stream(self._messages(query, hits, history))):
            said += token
            yield token
            # The last sentence may still grow, or its marker may still be on the way.
            for sentence in read_sentences(said)[given:-1]:
                given += 1
                drafts.append(_draft(sentence, len(hits)))
                yield drafts[-1]
        for sentence in read_sentences(said)[given:]:
            drafts.append(_draft(sentence, len(hits)))
            yield drafts[-1]
        yield Outcome(answered=any(is_claim(draft.text) for draft in drafts))

    def condense(self, question: str, history: Sequence[Turn], seconds: float) -> str | None:
        """A follow-up made whole by the model; None where that fails, and rules have to do."""
        talk = "\n".join(
            f"Question: {t.question[:_LONGEST_TURN]}\nAnswer: {t.answer[:_LONGEST_TURN]}"
            for t in list(history)[-_TURNS:]
        )
        prompt = load_prompt("condense").fill(conversation=talk, question=question)
        try:
            said = "".join(self._endpoint.stream([("human", prompt)], seconds)).strip()
        except EndpointError:
            return None
        if not said or "\n" in said or len(said) > _LONGEST_QUESTION:
            return None
        return visible(said).removeprefix("Question:").strip(" \"'") or None

    def _messages(
        self, query: Query, hits: Sequence[Hit], history: Sequence[Turn]
    ) -> list[tuple[str, str]]:
        passages = [_passage(number, hit) for number, hit in enumerate(hits, 1)]
        # A fence that no article can close: it depends on all that it holds.
        fence = hashlib.sha256("\n".join(passages).encode()).hexdigest()[:16]
        fenced = "\n\n".join(f"<<<{fence}>>>\n{text}\n<<<end {fence}>>>" for text in passages)
        today = f"The question is asked on {query.as_of.isoformat()}." if query.as_of else ""
        messages = [("system", self._prompt.fill(passages=fenced, as_of=today, fence=fence))]
        for turn in list(history)[-_TURNS:]:
            messages.append(("human", turn.question[:_LONGEST_TURN]))
            # Old numbers mean other passages now.
            plain = " ".join(s.text for s in read_sentences(turn.answer))
            messages.append(("ai", plain[:_LONGEST_TURN] or "…"))
        return [*messages, ("human", query.question)]


def _passage(number: int, hit: Hit) -> str:
    article = hit.article
    day = article.published.isoformat() if article.published else "undated"
    head = f"[{number}] {article.outlet or 'Unknown outlet'}, {day}: {article.title}"
    return f"{' '.join(head.split())}\n{hit.passage.text}"


def _draft(sentence: Marked, count: int) -> DraftSentence:
    known = tuple(mark - 1 for mark in sentence.marks if 1 <= mark <= count)
    lost = tuple(
        f"[{mark}] points to no passage" for mark in sentence.marks if not 1 <= mark <= count
    )
    return DraftSentence(sentence.text, known, (), lost)
