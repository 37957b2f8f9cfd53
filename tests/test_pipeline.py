from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rag.errors import LibraryError, UsageError
from rag.pipeline import Pipeline
from rag.settings import Settings
from rag.types import Answer, Verdict

QUESTION = "When did heavy fighting break out around Nagorno-Karabakh in 2020?"


def test_an_answer_rests_on_the_stored_text(pipeline: Pipeline) -> None:
    answer = pipeline.ask(QUESTION)
    assert (answer.status, answer.mode) == ("answered", "extractive")
    assert "September 27" in answer.text
    assert answer.lead is not None and answer.lead.text.startswith("September 27")
    assert 1 <= len(answer.sentences) <= 4
    numbers = {c.n for c in answer.citations}
    for sentence in answer.sentences:
        assert sentence.verdict is Verdict.SUPPORTED and sentence.score >= 0.95
        assert sentence.citations and set(sentence.citations) <= numbers
    for cited in answer.citations:
        article = pipeline.article(cited.article.id)
        assert article is not None and article.text[cited.start : cited.end] == cited.quote


def test_the_json_has_what_the_contract_names(pipeline: Pipeline) -> None:
    made = pipeline.ask(QUESTION).to_dict()
    wanted = {"question", "status", "mode", "answer", "sentences", "citations", "retrieved",
              "timings_ms", "model", "prompt"}  # fmt: skip
    assert wanted <= set(made)
    assert {"text", "citations", "verdict", "score", "reasons"} <= set(made["sentences"][0])
    cited = made["citations"][0]
    assert {"n", "article", "passage_id", "quote", "start", "end"} <= set(cited)
    assert {"id", "title", "outlet", "author", "published", "url"} == set(cited["article"])
    assert {"article_id", "passage_id", "score"} <= set(made["retrieved"][0])


def test_nothing_found_says_so_and_invents_nothing(pipeline: Pipeline) -> None:
    answer = pipeline.ask("Who won Wimbledon in 2019?")
    assert answer.status == "no_answer" and not answer.citations and answer.lead is None
    assert answer.retrieved and answer.faithfulness is None


def test_numbers_stay_put_across_follow_ups(pipeline: Pipeline) -> None:
    first = pipeline.ask("When was the TurkStream pipeline opened?")
    second = pipeline.ask("How much gas can it carry?", [first])
    third = pipeline.ask("When was the TurkStream pipeline opened?", [first, second])
    said = {c.n: (c.article.id, c.start) for c in first.citations}
    for answer in (second, third):
        for cited in answer.citations:
            assert said.setdefault(cited.n, (cited.article.id, cited.start)) == (
                cited.article.id,
                cited.start,
            )
    assert {c.n for c in third.citations} & {c.n for c in first.citations}
    assert "turkstream" in " ".join(c.article.id for c in second.citations)


def test_events_come_in_order(pipeline: Pipeline) -> None:
    events = list(pipeline.stream(QUESTION))
    kinds = [event.kind for event in events]
    assert kinds[0] == "retrieved" and kinds[-1] == "done"
    assert kinds.count("sentence") == len(events[-1].answer.sentences)  # type: ignore[union-attr]


def test_async_and_runnable_give_the_same_answer(pipeline: Pipeline) -> None:
    direct = pipeline.ask(QUESTION)
    chain = pipeline.as_runnable()
    answers = [
        asyncio.run(pipeline.aask(QUESTION)),
        chain.invoke(QUESTION),
        asyncio.run(chain.ainvoke({"question": QUESTION})),
        chain.batch([QUESTION])[0],
        list(chain.stream(QUESTION))[-1].answer,
    ]
    from langchain_core.runnables import RunnableLambda

    answers.append((RunnableLambda(lambda x: x["q"]) | chain).invoke({"q": QUESTION}))
    assert all(isinstance(a, Answer) and a.text == direct.text for a in answers)
    with pytest.raises(UsageError, match="nonsense"):
        chain.invoke({"question": "x", "nonsense": 1})


def test_many_threads_ask_at_once(pipeline: Pipeline) -> None:
    questions = [
        QUESTION,
        "When was the Ever Given freed?",
        "Who won the World Cup final in 2022?",
    ] * 4
    expected = {q: pipeline.ask(q).text for q in set(questions)}
    with ThreadPoolExecutor(6) as pool:
        for question, answer in zip(questions, pool.map(pipeline.ask, questions), strict=True):
            assert answer.text == expected[question]


def test_as_of_hides_what_came_later(pipeline: Pipeline) -> None:
    answer = pipeline.ask("What is the marathon world record?", as_of="2023-01-01")
    assert all(c.article.published.isoformat() <= "2023-01-01" for c in answer.citations)


def test_bad_calls_are_named(pipeline: Pipeline) -> None:
    with pytest.raises(UsageError, match="2020-13-01"):
        pipeline.ask(QUESTION, since="2020-13-01")
    with pytest.raises(UsageError, match="History"):
        pipeline.ask(QUESTION, history=[42])
    with pytest.raises(UsageError, match="'north wire': did you mean 'Northern Wire'"):
        pipeline.ask(QUESTION, outlets=["The Terrace", "north wire"])
    with pytest.raises(UsageError, match=r"'Nope': choose one of .*Northern Wire"):
        pipeline.search(QUESTION, outlets="Nope")
    with pytest.raises(UsageError, match="source"):
        pipeline.check("x", [{"no": "text"}])


def test_half_a_character_is_read_as_one(pipeline: Pipeline) -> None:
    """A text that was cut in the middle of an emoji; nothing could be stored, sent or read of it."""
    asked = pipeline.ask(
        f"{QUESTION} \ud83d", [{"question": "Who? \ud83d", "answer": "He. \udc00"}]
    )
    assert asked.question == QUESTION and asked.status == "answered"
    report = pipeline.check(
        "The fee rose \ud83d.", [{"text": "The \ud83d fee rose.", "title": "\ud83d"}]
    )
    json.dumps(report.to_dict(), ensure_ascii=False).encode()


def test_history_as_chat_messages(pipeline: Pipeline) -> None:
    history = [
        {"role": "system", "content": "x"},
        {"role": "user", "content": "When was the TurkStream pipeline opened?"},
        {"role": "assistant", "content": "On January 8, 2020."},
    ]
    assert "TurkStream" in pipeline.ask("How long is it?", history).query.text  # type: ignore[union-attr]


def test_a_missing_library_is_named(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="rag ingest"):
        Pipeline(Settings(library=tmp_path / "none")).ask("Who?x")


def test_the_default_library_fills_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import rag.settings

    monkeypatch.setattr(rag.settings, "default_library", lambda: tmp_path / "data" / "library")
    from rag.api import pipeline as shared

    shared.cache_clear()
    try:
        assert "September 27" in str(rag.ask(QUESTION))
        assert rag.search("marathon")
        assert rag.check("The Ever Given is a ship.", ["The Ever Given is a ship."]).passed
    finally:
        shared().close()
        shared.cache_clear()
    assert "sample corpus" in capsys.readouterr().err


def test_an_empty_library_answers_nothing(tmp_path: Path, embedder) -> None:
    from rag.library.sync import ingest

    settings = Settings(library=tmp_path / "library")
    ingest(settings, embedder, [])
    answer = Pipeline(settings).ask("When did it begin?")
    assert answer.status == "no_answer" and not answer.retrieved
