from __future__ import annotations

from rag.models.base import Embedder
from rag.reading.split import embedding_text, split
from rag.types import Article


def article(text: str, title: str = "A headline") -> Article:
    return Article("a", title, text)


def test_passages_are_whole_sentences_of_the_stored_text(embedder: Embedder) -> None:
    text = "\n\n".join(
        f"Sentence {n} of many stands here. And {n} more follow it." for n in range(80)
    )
    passages = split(article(text), embedder, 200)
    assert len(passages) > 3
    for passage in passages:
        assert text[passage.start : passage.end] == passage.text
        assert len(embedder.token_spans(passage.text)) <= 200
        for span in passage.sentences:
            assert span.of(text) == span.of(text).strip()
    covered = "".join(s.of(text) for p in passages for s in p.sentences)
    assert covered == text.replace("\n\n", "").replace(". And", ".And")


def test_a_sentence_longer_than_a_passage_is_cut(embedder: Embedder) -> None:
    text = "word, " * 900 + "end."
    passages = split(article(text), embedder, 100)
    assert all(len(embedder.token_spans(p.text)) <= 100 for p in passages)
    assert "".join(p.text for p in passages).replace(" ", "") == text.replace(" ", "")


def test_what_is_embedded_is_never_cut(embedder: Embedder) -> None:
    long_title = "Extraordinary headline " * 60
    text = "Every sentence counts in here. " * 200
    one = article(text, long_title)
    for passage in split(one, embedder, 1000):
        tokens = len(embedder.token_spans(embedding_text(one, passage))) + 2
        assert tokens <= embedder.max_tokens


def test_unchanged_text_keeps_its_passage_id(embedder: Embedder) -> None:
    text = "One sentence here. Another there."
    first = split(article(text), embedder, 200)
    again = split(article(text, "Another headline"), embedder, 200)
    assert [p.id for p in first] == [p.id for p in again]


def test_a_short_tail_joins_the_passage_before(embedder: Embedder) -> None:
    body = " ".join(f"Sentence number {n} is about as long as this." for n in range(40))
    passages = split(article(body + "\n\nThe end came."), embedder, 200)
    assert all(len(embedder.token_spans(p.text)) > 40 for p in passages)
    assert len({p.id for p in passages}) == len(passages)
