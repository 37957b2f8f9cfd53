from __future__ import annotations

from rag.answer.verify import Numbering, Verifier
from rag.pipeline import Pipeline
from rag.types import DraftSentence, Span, Turn, Verdict


def test_one_quote_keeps_one_number_through_a_conversation(pipeline: Pipeline) -> None:
    first, second = pipeline.search("TurkStream pipeline", k=2).hits
    numbering = Numbering(())
    spans = first.passage.sentences
    assert [numbering.cite(first, spans[0]), numbering.cite(first, spans[1])] == [1, 2]
    assert numbering.cite(first, spans[0]) == 1
    later = Numbering([Turn("x", "y", numbering.citations())])
    assert later.cite(second, second.passage.sentences[0]) == 3
    assert later.cite(first, spans[1]) == 2
    assert [c.n for c in later.citations()] == [2, 3]


def test_a_draft_is_judged_by_what_it_cites(pipeline: Pipeline) -> None:
    hits = pipeline.search("Ever Given freed", k=3).hits
    verifier = Verifier(pipeline.checker(), hits, Numbering(()))
    own = hits[0].passage.sentence_texts()[0]
    span = hits[0].passage.sentences[0]
    good = verifier.judge(DraftSentence(own, (0,), ((0, Span(span.start, span.end)),)))
    assert good.verdict is Verdict.SUPPORTED and good.citations == (1,)
    uncited = verifier.judge(DraftSentence(own))
    assert uncited.verdict is Verdict.UNCITED and not uncited.citations
    lost = verifier.judge(DraftSentence(own, (), (), ("[9] points to no passage",)))
    assert lost.verdict is Verdict.UNCITED and "[9] points to no passage" in lost.reasons
    opener = verifier.judge(DraftSentence("Here is what the articles say:"))
    assert opener.verdict is Verdict.NOT_A_CLAIM
