from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag.errors import UsageError
from rag.library.sync import ingest
from rag.pipeline import Pipeline
from rag.reading.identity import make_article
from rag.retrieval.search import Search
from rag.settings import Settings
from rag.types import Query


def ids(pipeline: Pipeline, question: str, **options: object) -> list[str]:
    found = pipeline.search(question, **options)  # type: ignore[arg-type]
    return list(dict.fromkeys(hit.article.id for hit in found.hits))


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("Who hosted the ceasefire talks in Moscow?", "2020-10-10-moscow-truce"),
        ("a space probe pushed an asteroid off its path", "2022-10-12-dart-dimorphos"),
        ("vessel stuck in Egyptian waterway", "2021-03-30-ever-given-freed"),
        ("Kipchoge Berlin", "2022-09-26-kipchoge-berlin"),
    ],
)
def test_finds_by_words_and_by_meaning(pipeline: Pipeline, question: str, article: str) -> None:
    hit = pipeline.search(question).hits[0]
    assert article in {hit.article.id, *(r.id for r in hit.reprints)}


def test_reprints_fold_into_one_hit(pipeline: Pipeline) -> None:
    found = pipeline.search("humanitarian truce Moscow talks Lavrov Mnatsakanyan", k=10)
    both = {"2020-10-10-moscow-truce", "2020-10-10-moscow-truce-ledger"}
    shown = {h.article.id for h in found.hits} & both
    assert len(shown) == 1
    (other,) = both - shown
    assert {r.id for h in found.hits if h.article.id in both for r in h.reprints} == {other}


def test_filters_exclude(pipeline: Pipeline) -> None:
    question = "fighting in Nagorno-Karabakh"
    days = [h.article.published for h in pipeline.search(question, until="2016-12-31").hits]
    assert days and all(day and day.year <= 2016 for day in days)
    days = [h.article.published for h in pipeline.search(question, since="2023-01-01").hits]
    assert days and all(day and day.year >= 2023 for day in days)
    outlets = {h.article.outlet for h in pipeline.search(question, outlets=["northern wire"]).hits}
    assert outlets == {"Northern Wire"}
    days = [h.article.published for h in pipeline.search("marathon", as_of="2023-01-01").hits]
    assert all(day and day.isoformat() <= "2023-01-01" for day in days)
    assert pipeline.search(question, since="2090-01-01").hits == ()


def test_a_topic_excludes_what_does_not_bear_it(pipeline: Pipeline) -> None:
    assert {"space", "marathon"} <= set(pipeline.topics()[:40])
    found = pipeline.search("When did it land?", k=50, topics=["SPACE", "marathon"])
    borne = [pipeline.article(key) for key in {hit.article.id for hit in found.hits}]
    assert len(borne) == 5
    assert all(one and {"space", "marathon"} & set(one.topics) for one in borne)
    with pytest.raises(UsageError, match="topic 'no such topic'"):
        pipeline.search("When did it land?", topics="no such topic")
    assert pipeline.ask("When did Chandrayaan-3 land?", topics="marathon").status == "no_answer"


def test_an_outlet_of_the_question_gives_way_and_says_so(pipeline: Pipeline) -> None:
    found = pipeline.search("What is the marathon world record according to Open Science Daily?")
    assert found.hits[0].article.outlet == "The Terrace"
    assert any("searched every outlet" in note for note in found.query.notes)


def test_no_article_takes_more_than_its_share(pipeline: Pipeline) -> None:
    found = [h.article.id for h in pipeline.search("earthquake Turkey Syria", k=8).hits]
    assert max(found.count(key) for key in found) <= 2 and len(found) == 8


def test_a_reranker_has_the_last_word(pipeline: Pipeline, embedder) -> None:
    class Longest:
        def score(self, pairs):
            return np.array([len(text) / 100 for _, text in pairs], dtype=np.float32)

    query = Query("bridge", "fighting in Karabakh")
    found = Search(pipeline.library(), embedder, Longest()).find(query, 8).hits
    lengths = [len(h.passage.text) for h in found]
    assert lengths[0] == max(lengths)


@pytest.mark.parametrize(
    ("question", "year"),
    [
        ("Who opened the Lindby harbour fair?", 2021),
        ("Who opened the Lindby harbour fair in 2012?", 2012),
        ("Who opened the Lindby harbour fair on May 4, 2016?", 2016),
    ],
)
def test_of_equals_the_newest_comes_first_unless_a_time_is_named(
    tmp_path: Path, embedder, question: str, year: int
) -> None:
    settings = Settings(library=tmp_path / "library")
    articles = [
        make_article(
            {"title": "Harbour fair opens", "published": f"{then}-05-04"},
            f"Mayor {name} opened the Lindby harbour fair on Friday in front of a large crowd.",
            "",
            Path(f"{then}.md"),
        )
        for then, name in ((2012, "Berg"), (2021, "Lund"), (2016, "Holm"))
    ]
    ingest(settings, embedder, articles)
    pipeline = Pipeline(settings)
    first = pipeline.search(question).hits[0].article.published
    pipeline.close()
    assert first is not None and first.year == year


def test_the_retriever_is_langchain_s(pipeline: Pipeline, embedder) -> None:
    from langchain_core.retrievers import BaseRetriever

    from rag.retrieval.retriever import GroundwireRetriever

    retriever = GroundwireRetriever(search=Search(pipeline.library(), embedder), k=3)
    assert isinstance(retriever, BaseRetriever)
    documents = retriever.invoke("Who won the World Cup final?")
    assert len(documents) == 3
    text = pipeline.article(documents[0].metadata["article_id"]).text
    meta = documents[0].metadata
    assert text[meta["start"] : meta["end"]] == documents[0].page_content
