"""A pipeline that gives prepared answers: every verdict, a slow stream, failures, an attack."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from rag.errors import EndpointError
from rag.grounding.evidence import Context
from rag.settings import Settings
from rag.types import (
    Answer,
    Article,
    ArticleRef,
    Citation,
    Event,
    Evidence,
    Hit,
    Judgement,
    Lead,
    Passage,
    Query,
    Sentence,
    Span,
    Turn,
    Verdict,
)

TEXT = (
    "The bank raised its rate by 25 basis points on Thursday. The vote was unanimous.\n\n"
    "Prices had risen by 2.5 percent in a year. The governor said that more may follow."
)
XSS = '"><img src=x onerror="window.hit=1"><script>window.hit=1</script><svg/onload=window.hit=1>${window.hit=1}{{hit}}'


def passage(text: str = TEXT, key: str = "p1") -> Passage:
    return Passage(key, f"a-{key}", 0, 0, len(text), text, (Span(0, len(text)),))


def hit(text: str = TEXT, key: str = "p1", **article: Any) -> Hit:
    about: dict[str, Any] = {
        "title": "Central bank raises its rate",
        "outlet": "Harbour Gazette",
        "published": date(2020, 10, 9),
        "url": "https://news.example/rates?id=1",
    }
    return Hit(ArticleRef(f"a-{key}", **(about | article)), passage(text, key), 0.9, 0.71)


def cite(n: int, of: Hit, quote: str) -> Citation:
    start = of.passage.text.index(quote)
    return Citation(n, of.article, of.passage.id, quote, start, start + len(quote))


RATE = "The bank raised its rate by 25 basis points on Thursday."
VOTE = "The vote was unanimous."


def held(text: str, *numbers: int) -> Sentence:
    return Sentence(text, numbers, Verdict.SUPPORTED, 0.97)


def failed(text: str, verdict: Verdict, reason: str, *numbers: int) -> Sentence:
    return Sentence(text, numbers, verdict, 0.04, (reason,))


def every_verdict() -> Answer:
    one = hit()
    return Answer(
        question="What happened to the rate?",
        status="answered",
        mode="llm",
        model="openai:prepared",
        lead=Lead("25 basis points", 1),
        sentences=(
            Sentence("Here is what the articles say:", (), Verdict.NOT_A_CLAIM),
            held("The bank raised its rate by 25 basis points.", 1),
            failed(
                "The vote was split by 50 to 25.",
                Verdict.CONTRADICTED,
                "the passage says unanimous, not split",
                2,
            ),
            failed("Markets fell.", Verdict.UNSUPPORTED, "nothing in the passage says this", 1),
            failed("More will follow in May.", Verdict.UNCITED, "it cites nothing"),
            replace(
                failed("The governor resigned.", Verdict.UNSUPPORTED, "not in the passage", 1),
                removed=True,
            ),
        ),
        citations=(cite(1, one, RATE), cite(2, one, VOTE)),
        retrieved=(one, hit("Another passage altogether.", "p2", title="Elsewhere")),
        query=Query("What happened to the rate?", "What happened to the rate?"),
        differing=(Lead("25 basis points", 1), Lead("unanimous", 2)),
        timings_ms={"retrieve": 12.0, "total": 40.0},
    )


def attack() -> Answer:
    """Payloads in every string that comes from outside."""
    text = f"{XSS} The harbour opened on Monday. {XSS}"
    quote = f"{XSS} The harbour opened on Monday."
    one = hit(text, "p9", title=XSS, outlet=XSS, author=XSS, url="javascript:window.hit=1")
    two = hit(text, "p8", title=XSS, outlet=XSS, url=f"https://x.example/{XSS}")
    return Answer(
        question=XSS,
        status="answered",
        mode="llm",
        model=XSS,
        lead=Lead(XSS, 1),
        sentences=(held(quote, 1, 2), failed(XSS, Verdict.CONTRADICTED, XSS, 1)),
        citations=(cite(1, one, quote), cite(2, two, quote)),
        retrieved=(replace(one, reprints=(two.article,)), two),
        query=Query(XSS, XSS, outlets=(XSS,)),
        notes=(XSS,),
    )


class StagedChecker:
    """Supported is what stands word for word in a passage; that passage is the evidence."""

    name = "staged"

    def judge(
        self, claims: Sequence[str], contexts: Sequence[Sequence[Context]]
    ) -> list[Judgement]:
        return [self._one(*pair) for pair in zip(claims, contexts, strict=True)]

    def _one(self, claim: str, contexts: Sequence[Context]) -> Judgement:
        for n, context in enumerate(contexts):
            if (at := context.text.find(claim)) >= 0:
                found = Evidence(n, at, at + len(claim), claim)
                return Judgement(Verdict.SUPPORTED, 0.99, (), (found,))
        return Judgement(Verdict.UNSUPPORTED, 0.1, (f"no passage says {claim}",))


class StagedPipeline:
    """Answers by a word of the question: verdicts, attack, slow, endpoint, broken."""

    def __init__(self, port: int = 0, **settings: Any) -> None:
        self.settings = Settings(port=port, llm="openai:prepared", **settings)
        self.asked: list[tuple[str, int]] = []
        self.options: list[dict[str, Any]] = []

    def status(self) -> dict[str, Any]:
        return {"articles": 2, "outlets": {XSS: 2}, "llm": XSS, "first_published": "2020-10-09"}

    def topics(self) -> tuple[str, ...]:
        return (XSS,)

    def outlets(self) -> tuple[str, ...]:
        return (XSS,)

    def checker(self) -> StagedChecker:
        return StagedChecker()

    def article(self, article_id: str) -> Article | None:
        return None

    def follow_ups(self, answer: Answer, asked: Sequence[str], **options: Any) -> tuple[str, ...]:
        return ("What happened to the rate?",) if "follow" in answer.question else ()

    def stream(
        self, question: str, history: Sequence[Turn] | None = None, **options: Any
    ) -> Iterator[Event]:
        self.asked.append((question, len(history or ())))
        self.options.append(options)
        if "broken" in question:
            raise RuntimeError("a secret detail")
        if "endpoint" in question:
            raise EndpointError("The endpoint at http://127.0.0.1:9 did not answer.")
        answer = replace(attack() if "attack" in question else every_verdict(), question=question)
        yield Event("retrieved", hits=answer.retrieved, query=answer.query)
        for sentence in answer.sentences:
            for word in sentence.text.split(" "):
                time.sleep(0.15 if "slow" in question else 0)
                yield Event("token", text=f"{word} ")
            yield Event("sentence", sentence=sentence, citations=answer.citations)
        yield Event("done", answer=answer)
