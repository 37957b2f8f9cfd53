from __future__ import annotations

import math

from rag.library.lexical import Lexical, make_postings


def index(*articles: tuple[str, list[str]]) -> Lexical:
    return Lexical([make_postings(t, p) for t, p in articles], [len(p) for _, p in articles])


def test_bm25_as_worked_out_by_hand() -> None:
    # Three passages of two words each; "bridge" stands once, in the first.
    lexical = index(("x", ["bridge opened"]), ("y", ["council met"]), ("z", ["river rose"]))
    passages, _ = lexical.search("bridge")
    idf = math.log(1 + (3 - 1 + 0.5) / (1 + 0.5))
    assert abs(passages[0] - idf * 2.2 / (1 + 1.2)) < 1e-6
    assert passages[1] == passages[2] == 0


def test_the_headline_counts_for_the_article_not_the_passage() -> None:
    lexical = index(("Volcano erupts", ["It began at dawn."]), ("Other", ["A volcano is old."]))
    passages, articles = lexical.search("volcano")
    assert passages[0] == 0 < passages[1]
    assert articles[0] > articles[1] > 0


def test_the_share_of_words_that_an_article_holds_counts_rare_ones_more() -> None:
    lexical = index(
        ("Harbour", ["The volcano smoked."]), ("Harbour", ["Rain."]), ("Hills", ["Rain again."])
    )
    both, common, none = lexical.covered("a volcano and a harbour, the harbour")
    assert both == 1 and none == 0
    # One of three holds "volcano", two of three "harbour".
    rare, often = math.log(1 + 2.5 / 1.5), math.log(1 + 1.5 / 2.5)
    assert abs(common - often / (rare + often)) < 1e-6
    assert not lexical.covered("the of").any()


def test_irregular_forms_find_their_verb() -> None:
    lexical = index(("t", ["Fighting broke out."]), ("u", ["Peace came."]))
    passages, _ = lexical.search("when did it break out")
    assert passages[0] > 0 == passages[1]


def test_an_empty_index_and_an_empty_query() -> None:
    passages, articles = index().search("anything")
    assert len(passages) == len(articles) == 0
    assert not index(("t", ["text here"])).search("the of and")[0].any()
