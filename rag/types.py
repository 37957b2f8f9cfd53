"""The nouns of the field, as frozen data. Offsets count characters in the stored article text."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, Literal

from rag.explanation import Explanation


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of characters, [start, end)."""

    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]

    def meets(self, other: Span) -> bool:
        """Whether a character is in both."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it is stored. `text` is the body; headline and dek stand apart."""

    id: str
    title: str
    text: str
    published: date | None = None
    outlet: str | None = None
    author: str | None = None
    url: str | None = None
    dek: str | None = None
    topics: tuple[str, ...] = ()
    source: str | None = None
    # ISO 639-1, as detected from the text; None where the text is too short to tell.
    language: str | None = None

    @property
    def content_hash(self) -> str:
        """SHA-256 over all that a reader would notice; where the file lay does not count, nor
        what follows from the text."""
        parts = (
            self.id,
            self.title,
            self.text,
            self.published.isoformat() if self.published else "",
            self.outlet or "",
            self.author or "",
            self.url or "",
            self.dek or "",
            "\x1e".join(self.topics),
        )
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()

    @property
    def ref(self) -> ArticleRef:
        return ArticleRef(self.id, self.title, self.outlet, self.author, self.published, self.url)


@dataclass(frozen=True, slots=True)
class ArticleRef:
    """What a citation says of an article; no text."""

    id: str
    title: str
    outlet: str | None = None
    author: str | None = None
    published: date | None = None
    url: str | None = None

    def to_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "title": self.title,
            "outlet": self.outlet,
            "author": self.author,
            "published": self.published.isoformat() if self.published else None,
            "url": self.url,
        }


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one article; `text` is article.text[start:end]."""

    id: str
    article_id: str
    ordinal: int
    start: int
    end: int
    text: str
    sentences: tuple[Span, ...]

    def sentence_texts(self) -> tuple[str, ...]:
        return tuple(self.text[s.start - self.start : s.end - self.start] for s in self.sentences)


@dataclass(frozen=True, slots=True)
class Period:
    """Days, both ends included."""

    start: date
    end: date

    def __str__(self) -> str:
        same = self.start == self.end
        return self.start.isoformat() if same else f"{self.start} to {self.end}"


@dataclass(frozen=True, slots=True)
class Part:
    """One of several questions in a question; `text` is what is searched for."""

    question: str
    text: str
    overview: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it was understood. `text` is what is searched for; `question` what was typed.

    `since`, `until`, `outlets` and `as_of` exclude; `period` (read from the question's words)
    only prefers, as an article written later may well tell of that time.
    """

    question: str
    text: str
    since: date | None = None
    until: date | None = None
    outlets: tuple[str, ...] = ()
    as_of: date | None = None
    period: Period | None = None
    newest: bool = False
    # Outlets that were read from the question's words give way when nothing else is left.
    outlets_may_yield: bool = False
    phrases: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    # Where the question asks several things, or compares two sides; else empty.
    parts: tuple[Part, ...] = ()
    # Excludes as outlets do: an article bears one of them at least.
    topics: tuple[str, ...] = ()
    # A story is asked for, not a fact; `text` is what it is of.
    overview: bool = False

    def each(self) -> tuple[Query, ...]:
        """One query a part; the query itself where it asks one thing."""
        if not self.parts:
            return (self,)
        return tuple(
            replace(self, question=one.question, text=one.text, overview=one.overview, parts=())
            for one in self.parts
        )

    def to_dict(self) -> dict[str, Any]:
        out = asdict(self)
        for key in ("since", "until", "as_of"):
            out[key] = out[key].isoformat() if out[key] else None
        out["period"] = str(self.period) if self.period else None
        return out | {k: list(out[k]) for k in ("outlets", "topics", "phrases", "notes", "parts")}


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was retrieved. `score` ranks hits of one query; `similarity` is a cosine."""

    article: ArticleRef
    passage: Passage
    score: float
    similarity: float | None = None
    reprints: tuple[ArticleRef, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            "article_id": self.article.id,
            "passage_id": self.passage.id,
            "title": self.article.title,
            "published": self.article.published.isoformat() if self.article.published else None,
            "outlet": self.article.outlet,
            "score": round(self.score, 6),
            "text": self.passage.text,
            "start": self.passage.start,
            "end": self.passage.end,
            "reprints": [r.to_dict() for r in self.reprints],
        }


class Verdict(StrEnum):
    """What the checker says of a sentence."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    UNSUPPORTED = "unsupported"
    UNCITED = "uncited"
    NOT_A_CLAIM = "not_a_claim"

    @property
    def is_problem(self) -> bool:
        return self in (Verdict.CONTRADICTED, Verdict.UNSUPPORTED, Verdict.UNCITED)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The span of a source that a verdict rests on. `context` is the index of the source."""

    context: int
    start: int
    end: int
    text: str

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict on one claim. `score` is the probability of being supported, 0..1. `unscored`: the
    checker that was set gave none, another stood in; a reason says so, and no rate counts it."""

    verdict: Verdict
    score: float
    reasons: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    unscored: bool = False
    explanation: Explanation | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered quote: stored_text[start:end] == quote, always."""

    n: int
    article: ArticleRef
    passage_id: str
    quote: str
    start: int
    end: int

    def to_dict(self) -> dict[str, Any]:
        return {
            "n": self.n,
            "article": self.article.to_dict(),
            "passage_id": self.passage_id,
            "quote": self.quote,
            "start": self.start,
            "end": self.end,
        }


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer. `citations` are numbers of Answer.citations; `text` has no markers."""

    text: str
    citations: tuple[int, ...] = ()
    verdict: Verdict = Verdict.UNCITED
    score: float = 0.0
    reasons: tuple[str, ...] = ()
    removed: bool = False
    unscored: bool = False

    def judged(self, judgement: Judgement) -> Sentence:
        return replace(
            self,
            verdict=judgement.verdict,
            score=judgement.score,
            reasons=judgement.reasons,
            unscored=judgement.unscored,
        )

    @property
    def marked(self) -> str:
        """The text with its citation numbers: 'It ended on Friday. [1][2]'."""
        marks = "".join(f"[{n}]" for n in self.citations)
        return f"{self.text} {marks}" if marks else self.text

    def to_dict(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "citations": list(self.citations),
            "verdict": str(self.verdict),
            "score": round(self.score, 4),
            "reasons": list(self.reasons),
            "removed": self.removed,
            **({"unscored": True} if self.unscored else {}),
        }


@dataclass(frozen=True, slots=True)
class Lead:
    """A short answer, exactly as it stands in the quote of citation `n`. `means` is ours: the day
    of a "Thursday", counted from the day of publication; else empty."""

    text: str
    n: int
    means: str = ""
    sure: bool = True

    @property
    def shown(self) -> str:
        text = self.text if self.sure else f"Possibly {self.text}"
        return f"{text} ({self.means})" if self.means else text


@dataclass(frozen=True, slots=True)
class PromptRef:
    name: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence before it was checked. `sources` index the hits that it rests on.

    `quotes` are exact spans of the article of the hit, where the answerer knows them (the
    extractive one always does); otherwise the checker's evidence becomes the quote.
    """

    text: str
    sources: tuple[int, ...] = ()
    quotes: tuple[tuple[int, Span], ...] = ()
    problems: tuple[str, ...] = ()


# What may be read from a question's words beside the words themselves.
Reading = Literal["period", "outlets", "newest", "overview"]
Status = Literal["answered", "no_answer", "interrupted", "error"]
Mode = Literal["extractive", "llm"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One exchange of a conversation, as history is given."""

    question: str
    answer: str = ""
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer whose every sentence carries a verdict. `str(answer)` is fit to print."""

    question: str
    status: Status
    mode: Mode
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    retrieved: tuple[Hit, ...] = ()
    lead: Lead | None = None
    # Where articles give different amounts for what was asked: one of each, newest first.
    differing: tuple[Lead, ...] = ()
    confidence: float | None = None
    query: Query | None = None
    notes: tuple[str, ...] = ()
    timings_ms: dict[str, float] = field(default_factory=dict)
    model: str | None = None
    prompt: PromptRef | None = None

    @property
    def text(self) -> str:
        """The sentences with their markers, in order; the removed ones are left out."""
        return " ".join(s.marked for s in self.sentences if not s.removed)

    @property
    def faithfulness(self) -> float | None:
        """Supported sentences divided by claims; None where nothing was claimed."""
        claims = [s for s in self.sentences if s.verdict is not Verdict.NOT_A_CLAIM]
        if not claims:
            return None
        return sum(s.verdict is Verdict.SUPPORTED for s in claims) / len(claims)

    @property
    def nearest(self) -> tuple[Hit, ...]:
        """What comes nearest where there is no answer: the best passage of each article."""
        best: dict[str, Hit] = {}
        for hit in self.retrieved:
            best.setdefault(hit.article.id, hit)
        return tuple(best.values())

    @property
    def disagreement(self) -> str:
        """One line that names each value with who gives it and when; empty where all agree."""
        articles = {citation.n: citation.article for citation in self.citations}
        told = [
            f"{one.text} [{one.n}] ({_source(articles[one.n])})"
            for one in self.differing
            if one.n in articles
        ]
        return f"The articles differ: {'; '.join(told)}" if told else ""

    def __str__(self) -> str:
        lines = [self.lead.shown, ""] if self.lead else []
        lines.append(self.text)
        lines += [self.disagreement] if self.differing else []
        lines += [f"[{c.n}] {_credit(c.article)}: “{c.quote}”" for c in self.citations]
        return "\n".join(lines + list(self.notes)).strip()

    def to_dict(self) -> dict[str, Any]:
        return {
            "question": self.question,
            "status": self.status,
            "mode": self.mode,
            "answer": self.text,
            "lead": asdict(self.lead) if self.lead else None,
            "differing": [asdict(one) for one in self.differing],
            "confidence": round(self.confidence, 4) if self.confidence is not None else None,
            "sentences": [s.to_dict() for s in self.sentences],
            "citations": [c.to_dict() for c in self.citations],
            "retrieved": [
                {
                    "article_id": h.article.id,
                    "passage_id": h.passage.id,
                    "score": round(h.score, 6),
                }
                for h in self.retrieved
            ],
            "query": self.query.to_dict() if self.query else None,
            "notes": list(self.notes),
            "timings_ms": {k: round(v, 1) for k, v in self.timings_ms.items()},
            "model": self.model,
            "prompt": asdict(self.prompt) if self.prompt else None,
        }


def _source(article: ArticleRef) -> str:
    when = article.published
    day = f"{when.day} {when:%b %Y}" if when else ""
    return ", ".join(part for part in (article.outlet or article.title, day) if part)


def _credit(article: ArticleRef) -> str:
    when = article.published.isoformat() if article.published else None
    return ", ".join(part for part in (article.outlet, article.title, when) if part)


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """A sentence of a text that was checked against given sources. `explanation` is there where
    it was asked for; `unscored` as in a judgement."""

    text: str
    verdict: Verdict
    score: float
    reasons: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    unscored: bool = False
    explanation: Explanation | None = None

    def to_dict(self) -> dict[str, Any]:
        out = {
            "text": self.text,
            "verdict": str(self.verdict),
            "score": round(self.score, 4),
            "reasons": list(self.reasons),
            "evidence": [e.to_dict() for e in self.evidence],
        }
        if self.unscored:
            out["unscored"] = True
        if self.explanation is not None:
            out["explanation"] = self.explanation.to_dict()
        return out


@dataclass(frozen=True, slots=True)
class Report:
    """What `check` found. `faithfulness` is None where there was nothing to check."""

    sentences: tuple[CheckedSentence, ...]
    checker: str

    def count(self, verdict: Verdict) -> int:
        return sum(s.verdict is verdict for s in self.sentences)

    @property
    def claims(self) -> int:
        return len(self.sentences) - self.count(Verdict.NOT_A_CLAIM)

    @property
    def unscored(self) -> int:
        """Sentences on which the checker that was set gave no verdict, and another stood in."""
        return sum(s.unscored for s in self.sentences)

    @property
    def faithfulness(self) -> float | None:
        return self.count(Verdict.SUPPORTED) / self.claims if self.claims else None

    @property
    def passed(self) -> bool:
        return not any(s.verdict.is_problem for s in self.sentences)

    def to_dict(self) -> dict[str, Any]:
        rate = self.faithfulness
        return {
            "sentences": [s.to_dict() for s in self.sentences],
            "summary": {
                "sentences": len(self.sentences),
                "claims": self.claims,
                "faithfulness": round(rate, 4) if rate is not None else None,
                **{str(v): self.count(v) for v in Verdict},
                "unscored": self.unscored,
                "passed": self.passed,
            },
            "checker": self.checker,
        }


@dataclass(frozen=True, slots=True)
class Event:
    """One step of a streamed answer.

    `retrieved` carries hits and the query, `token` a piece of text, `sentence` a checked
    sentence (its citations are in `citations`), `done` the whole answer.
    """

    kind: Literal["retrieved", "token", "sentence", "done"]
    hits: tuple[Hit, ...] = ()
    query: Query | None = None
    text: str = ""
    sentence: Sentence | None = None
    citations: tuple[Citation, ...] = ()
    answer: Answer | None = None
