"""Scores of one answer, each 0..1, or None where there is nothing to score. docs/evals.md
defines each and names its source."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import wraps

from evals.cases import Case
from rag.grounding.check import Checker
from rag.grounding.evidence import Context
from rag.library.feedback import MAX_TEXT
from rag.types import Answer, Sentence, Verdict

Score = float | None
Scorer = Callable[[Case, Answer, Checker], Score]
_K = 4


class _Unscored(Exception):
    """The checker gave no verdict of its own."""


def _by_verdicts(scorer: Scorer) -> Scorer:
    """None where a verdict that it needs is missing: what stood in for it is no measurement."""

    @wraps(scorer)
    def scored(case: Case, answer: Answer, checker: Checker) -> Score:
        if any(sentence.unscored for sentence in answer.sentences):
            return None
        try:
            return scorer(case, answer, checker)
        except _Unscored:
            return None

    return scored


@_by_verdicts
def faithfulness(case: Case, answer: Answer, checker: Checker) -> Score:
    return _share(answer, Verdict.SUPPORTED)


@_by_verdicts
def contradiction(case: Case, answer: Answer, checker: Checker) -> Score:
    return _share(answer, Verdict.CONTRADICTED)


@_by_verdicts
def unsupported(case: Case, answer: Answer, checker: Checker) -> Score:
    """What cites nothing counts too: nothing bears it out."""
    return _share(answer, Verdict.UNSUPPORTED, Verdict.UNCITED)


@_by_verdicts
def citation_recall(case: Case, answer: Answer, checker: Checker) -> Score:
    """Share of claims that the passages they cite bear out, taken together (ALCE: Gao et al.,
    "Enabling Large Language Models to Generate Text with Citations", 2023)."""
    claims = _claims(answer)
    if not claims:
        return None
    return sum(_borne_out(s, _cited(answer, s), checker) for s in claims) / len(claims)


@_by_verdicts
def citation_precision(case: Case, answer: Answer, checker: Checker) -> Score:
    """Share of citations that count: the sentence is borne out, and this citation bears it out
    alone or the others do not without it (ALCE, as above)."""
    good = total = 0
    for sentence in _claims(answer):
        contexts = _cited(answer, sentence)
        total += len(contexts)
        if not _borne_out(sentence, contexts, checker):
            continue
        if len(contexts) == 1:
            good += 1
            continue
        for n, context in enumerate(contexts):
            others = contexts[:n] + contexts[n + 1 :]
            if _borne_out(sentence, [context], checker) or not _borne_out(
                sentence, others, checker
            ):
                good += 1
    return good / total if total else None


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


def key_fact_recall(case: Case, answer: Answer, checker: Checker) -> Score:
    """A fact that was refused was not said."""
    if not case.facts:
        return None
    return 0.0 if answer.status != "answered" else _stated(case.facts, answer.text)


def key_fact_contradiction(case: Case, answer: Answer, checker: Checker) -> Score:
    if not case.wrong or answer.status != "answered":
        return None
    return _stated(case.wrong, answer.text)


def hits_at_1(case: Case, answer: Answer, checker: Checker) -> Score:
    return _found_within(case, answer, 1)


def hits_at_4(case: Case, answer: Answer, checker: Checker) -> Score:
    return _found_within(case, answer, _K)


def mrr(case: Case, answer: Answer, checker: Checker) -> Score:
    """One over the rank of the first article that holds the evidence (Voorhees, TREC-8, 1999)."""
    if not case.articles:
        return None
    rank = _rank(case, answer)
    return 1 / rank if rank else 0.0


def refusal_accuracy(case: Case, answer: Answer, checker: Checker) -> Score:
    """1 where it answered what can be answered, and refused what cannot."""
    if case.answerable is None:
        return None
    return float((answer.status == "answered") == case.answerable)


def refusal_recall(case: Case, answer: Answer, checker: Checker) -> Score:
    return float(answer.status != "answered") if case.answerable is False else None


def over_refusal(case: Case, answer: Answer, checker: Checker) -> Score:
    return float(answer.status != "answered") if case.answerable else None


def repeats_disliked(case: Case, answer: Answer, checker: Checker) -> Score:
    """1 where it says again, word for word, what a reader found not helpful."""
    if case.disliked is None:
        return None
    said = answer.text if answer.status == "answered" else ""
    # Readers' answers are kept up to a length.
    return float(_unmarked(said[:MAX_TEXT]) == _unmarked(case.disliked))


def _unmarked(text: str) -> str:
    return plain(re.sub(r"\[\d+\]", "", text))


SCORERS: dict[str, Scorer] = {
    scorer.__name__: scorer
    for scorer in (
        faithfulness,
        contradiction,
        unsupported,
        citation_recall,
        citation_precision,
        quote_exactness,
        key_fact_recall,
        key_fact_contradiction,
        hits_at_1,
        hits_at_4,
        mrr,
        refusal_accuracy,
        refusal_recall,
        over_refusal,
        repeats_disliked,
    )
}
# The smaller the better.
LOWER = frozenset(
    {
        "contradiction",
        "unsupported",
        "key_fact_contradiction",
        "over_refusal",
        "repeats_disliked",
        "error",
    }
)


def plain(text: str) -> str:
    """Lower case, no accents, no thousands commas, no punctuation: how wordings are compared.

    >>> plain("Some 10,000 pipes, said Rémy.")
    'some 10000 pipes said remy'
    """
    folded = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in folded if not unicodedata.combining(c))
    return " ".join(re.findall(r"[\w%$.]+(?<!\.)", re.sub(r"(?<=\d),(?=\d)", "", bare)))


def states(text: str, wordings: Sequence[str]) -> bool:
    said = f" {plain(text)} "
    return any(f" {plain(wording)} " in said for wording in wordings)


def _stated(facts: Sequence[Sequence[str]], text: str) -> float:
    return sum(states(text, fact) for fact in facts) / len(facts)


def _share(answer: Answer, *verdicts: Verdict) -> Score:
    claims = _claims(answer)
    return sum(s.verdict in verdicts for s in claims) / len(claims) if claims else None


def _claims(answer: Answer) -> list[Sentence]:
    if answer.status != "answered":
        return []
    return [s for s in answer.sentences if s.verdict is not Verdict.NOT_A_CLAIM and not s.removed]


def _cited(answer: Answer, sentence: Sentence) -> list[Context]:
    passages = {hit.passage.id: hit for hit in answer.retrieved}
    quoted = [c.passage_id for c in answer.citations if c.n in sentence.citations]
    chosen = [passages[key] for key in dict.fromkeys(quoted) if key in passages]
    return [Context(h.passage.text, h.article.title, h.article.published) for h in chosen]


def _borne_out(sentence: Sentence, contexts: Sequence[Context], checker: Checker) -> bool:
    if not contexts:
        return False
    (judgement,) = checker.judge([sentence.text], [list(contexts)])
    if judgement.unscored:
        raise _Unscored
    return judgement.verdict is Verdict.SUPPORTED


def _rank(case: Case, answer: Answer) -> int | None:
    """Of the first article retrieved that holds the evidence, or a reprint of it; from 1."""
    ranked: dict[str, set[str]] = {}
    for hit in answer.retrieved:
        ranked.setdefault(hit.article.id, {hit.article.id, *(r.id for r in hit.reprints)})
    for rank, ids in enumerate(ranked.values(), 1):
        if set(case.articles) & ids:
            return rank
    return None


def _found_within(case: Case, answer: Answer, k: int) -> Score:
    if not case.articles:
        return None
    rank = _rank(case, answer)
    return float(rank is not None and rank <= k)
