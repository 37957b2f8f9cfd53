"""Scores of one answer, each 0..1, or None where there is nothing to score."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from evals.cases import Case
from rag.grounding.check import Checker
from rag.grounding.evidence import Context
from rag.types import Answer, Sentence, Verdict

Score = float | None
_K = 4


def faithfulness(case: Case, answer: Answer, checker: Checker) -> Score:
    """Supported sentences divided by those that claim something."""
    return answer.faithfulness if answer.status == "answered" else None


def citation_recall(case: Case, answer: Answer, checker: Checker) -> Score:
    """Share of claims that the passages they cite bear out, taken together (ALCE: Gao et al.,
    "Enabling Large Language Models to Generate Text with Citations", 2023)."""
    claims = _claims(answer)
    if not claims:
        return None
    return sum(_borne_out(s, _cited(answer, s), checker) for s in claims) / len(claims)


def citation_precision(case: Case, answer: Answer, checker: Checker) -> Score:
    """Share of citations that count: the sentence is borne out, and this citation bears it out
    alone or the others do not without it (ALCE, as above)."""
    good = total = 0
    for sentence in _claims(answer):
        contexts = _cited(answer, sentence)
        total += len(contexts)
        if not _borne_out(sentence, contexts, checker):
            continue
        for n, context in enumerate(contexts):
            others = contexts[:n] + contexts[n + 1 :]
            if _borne_out(sentence, [context], checker) or not _borne_out(
                sentence, others, checker
            ):
                good += 1
    return good / total if total else None


def correctness(case: Case, answer: Answer, checker: Checker) -> Score:
    """Share of the key facts that the answer states in one of their wordings."""
    if not case.facts:
        return None
    if answer.status != "answered":
        return 0.0
    said = _plain(answer.text)
    found = [any(f" {_plain(w)} " in f" {said} " for w in fact) for fact in case.facts]
    return sum(found) / len(found)


def quote_exactness(case: Case, answer: Answer, checker: Checker) -> Score:
    """Share of citations whose quote is part of a passage that was retrieved."""
    passages = {hit.passage.id: hit.passage for hit in answer.retrieved}
    if not answer.citations:
        return None
    exact = 0
    for cited in answer.citations:
        passage = passages.get(cited.passage_id)
        if passage is not None:
            at = cited.start - passage.start
            exact += passage.text[at : cited.end - passage.start] == cited.quote
    return exact / len(answer.citations)


def hits(case: Case, answer: Answer, checker: Checker) -> Score:
    """1 where one of the first four articles retrieved (or a reprint of it) holds the evidence."""
    if not case.articles:
        return None
    ranked: dict[str, set[str]] = {}
    for hit in answer.retrieved:
        ranked.setdefault(hit.article.id, {hit.article.id, *(r.id for r in hit.reprints)})
    first = list(ranked.values())[:_K]
    return float(any(set(case.articles) & ids for ids in first))


def refusal(case: Case, answer: Answer, checker: Checker) -> Score:
    """1 where it answered what can be answered, and refused what cannot."""
    return float((answer.status == "answered") == case.answerable)


SCORERS: dict[str, Callable[[Case, Answer, Checker], Score]] = {
    "faithfulness": faithfulness,
    "citation_recall": citation_recall,
    "citation_precision": citation_precision,
    "quote_exactness": quote_exactness,
    "correctness": correctness,
    "hits_at_4": hits,
    "refusal_accuracy": refusal,
}


def _claims(answer: Answer) -> list[Sentence]:
    if answer.status != "answered":
        return []
    return [s for s in answer.sentences if s.verdict is not Verdict.NOT_A_CLAIM and not s.removed]


def _cited(answer: Answer, sentence: Sentence) -> list[Context]:
    passages = {hit.passage.id: hit for hit in answer.retrieved}
    chosen = [passages[c.passage_id] for c in answer.citations if c.n in sentence.citations]
    return [Context(h.passage.text, h.article.title, h.article.published) for h in chosen]


def _borne_out(sentence: Sentence, contexts: Sequence[Context], checker: Checker) -> bool:
    if not contexts:
        return False
    (judgement,) = checker.judge([sentence.text], [list(contexts)])
    return judgement.verdict is Verdict.SUPPORTED


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"[\w%$.]+(?<!\.)", folded.replace(",", "")))
