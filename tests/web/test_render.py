"""What the page says of an answer, and that nothing from outside reaches it as markup."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from typing import Any, cast

import pytest

from rag.types import Answer, ArticleRef, Event, Hit, Verdict
from rag.web.chat import Chat
from rag.web.conversation import Conversation, Exchange
from rag.web.render import answer_html, exchange_html, sentence_html, spoken, summary_text
from rag.web.sources import sources_html
from rag.web.welcome import masthead_html, welcome_html
from tests.fakes.attacks import ATTACKS
from tests.fakes.staged import (
    RATE,
    VOTE,
    XSS,
    StagedPipeline,
    attack,
    every_verdict,
    failed,
    held,
    hit,
)


class Seen(HTMLParser):
    """The tags, attributes and text of a piece of HTML, as a browser would take them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.by_id: dict[str, str] = {}
        self._open: list[tuple[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        self._open.append((tag, dict(attrs).get("id")))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        for _, key in self._open:
            if key:
                self.by_id[key] = self.by_id.get(key, "") + data


def done(answer: Answer, number: int = 1) -> Exchange:
    exchange = Exchange(number, answer.question)
    exchange.take(Event("retrieved", hits=answer.retrieved, query=answer.query))
    exchange.take(Event("done", answer=answer))
    return exchange


def test_header_counts_claims_sources_and_the_newest_day() -> None:
    # Six sentences, one of them no claim; two citations of one article of 9 October 2020.
    assert (
        summary_text(every_verdict()) == "1 of 5 sentences supported · 1 source · newest 9 Oct 2020"
    )


def test_header_says_nothing_where_nothing_was_claimed() -> None:
    assert summary_text(replace(every_verdict(), sentences=())) == ""


@pytest.mark.parametrize(
    "verdict", [Verdict.CONTRADICTED, Verdict.UNSUPPORTED, Verdict.UNCITED], ids=str
)
def test_a_failed_sentence_carries_its_word_and_its_reason(verdict: Verdict) -> None:
    html = sentence_html(failed("It was 50.", verdict, "the passage says 25, not 50"), {})
    assert str(verdict) in html
    assert "the passage says 25, not 50" in html
    assert "gw-problem" in html


def test_a_sentence_that_holds_is_quiet() -> None:
    html = sentence_html(held("It was 25."), {})
    assert "supported" in html
    assert "gw-problem" not in html


def test_a_removed_sentence_is_struck_through() -> None:
    gone = replace(failed("It was 50.", Verdict.UNSUPPORTED, "no"), removed=True)
    assert "<del" in sentence_html(gone, {})
    assert "unsupported, removed" in sentence_html(gone, {})


def test_every_citation_is_marked_once_and_word_for_word() -> None:
    conversation = Conversation([done(every_verdict())])
    seen = Seen(sources_html(conversation))
    assert seen.by_id["cite-1"] == RATE
    assert seen.by_id["cite-2"] == VOTE
    assert seen.tags.count("mark") == 2
    # Two citations of one article share its card.
    assert sources_html(conversation).count("Central bank raises its rate") == 1


def test_a_quote_that_its_passage_does_not_hold_is_shown_alone() -> None:
    answer = every_verdict()
    moved = replace(answer.citations[0], start=7, end=7 + len(RATE))
    seen = Seen(sources_html(Conversation([done(replace(answer, citations=(moved,)))])))
    assert seen.by_id["cite-1"] == RATE


def test_sources_of_earlier_answers_stay_below_those_of_the_newest() -> None:
    first = every_verdict()
    other = hit("The harbour opened on Monday.", "p7", title="Harbour opens")
    quote = replace(first.citations[0], n=3, article=other.article, passage_id="p7")
    quote = replace(quote, quote=other.passage.text, start=0, end=len(other.passage.text))
    second = replace(first, citations=(quote,), retrieved=(other,))
    html = sources_html(Conversation([done(first), done(second, 2)]))
    assert html.index('id="cite-3"') < html.index("Earlier in this conversation")
    assert html.index("Earlier in this conversation") < html.index('id="cite-1"')


@pytest.mark.parametrize("mode", ["off", "read", "write"])
def test_a_card_leads_to_its_article_where_that_page_is_served(mode: str) -> None:
    conversation = Conversation([done(every_verdict())])
    chat = Chat(cast(Any, StagedPipeline(corpus_page=mode)))
    assert ('href="articles?id=a-p1"' in chat.sources(conversation)) == (mode != "off")


def test_original_opens_at_the_quote() -> None:
    html = sources_html(Conversation([done(every_verdict())]))
    assert "https://news.example/rates?id=1#:~:text=The%20vote%20was%20unanimous." in html
    assert 'rel="noopener noreferrer nofollow"' in html


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        " javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//evil.example/x",
        "https://bank.example@evil.example/",
        'https://x.example/"onmouseover="alert(1)',
        "https://x.example/\nx",
        "https://[",
        "http://",
        *ATTACKS,
    ],
)
def test_no_link_is_made_of_a_url_that_is_not_plain_http(url: str) -> None:
    answer = every_verdict()
    about = replace(answer.citations[0].article, url=url)
    cited = tuple(replace(c, article=about) for c in answer.citations)
    seen = Seen(sources_html(Conversation([done(replace(answer, citations=cited))])))
    assert "a" not in seen.tags


def pages_of_the_attack() -> list[str]:
    answer = attack()
    exchange = done(answer)
    begun = Exchange(1, XSS)
    begun.take(Event("retrieved", hits=answer.retrieved))
    begun.take(Event("token", text=XSS))
    broken = Exchange(1, XSS)
    broken.fail(XSS)
    status = {"articles": 1, "outlets": {XSS: 1}, "llm": XSS}
    return [
        exchange_html(exchange),
        exchange_html(begun),
        exchange_html(broken),
        answer_html(replace(answer, status="no_answer"), 1),
        sources_html(Conversation([exchange])),
        spoken(exchange),
        spoken(broken),
        masthead_html(status),
        welcome_html(status, [XSS]),
    ]


@pytest.mark.parametrize("html", pages_of_the_attack(), ids=range(9))
def test_payloads_from_outside_stay_text(html: str) -> None:
    seen = Seen(html)
    assert not {"script", "img", "svg", "iframe", "object", "style"} & set(seen.tags)
    for name, value in seen.attributes:
        assert not name.startswith("on"), name
        assert name not in ("src", "style", "srcdoc")
        assert name != "href" or value.startswith("https://x.example/")
    assert XSS in "".join([*seen.by_id.values(), *(v for _, v in seen.attributes)]) or (
        "&lt;script&gt;" in html
    )


def test_no_answer_shows_the_nearest_passages() -> None:
    none = Answer("Why?", "no_answer", "extractive", retrieved=(hit(), hit(key="p2", title="B")))
    html = answer_html(none, 1)
    assert "No answer in these articles" in html
    assert html.index("Central bank raises its rate") < html.index(">B<")


def test_what_is_only_possible_is_said_so_and_set_smaller() -> None:
    sure = every_verdict()
    assert sure.lead is not None
    doubtful = replace(sure, lead=replace(sure.lead, sure=False))
    assert '<p class="gw-lead">25 basis' in answer_html(sure, 1)
    assert '<p class="gw-lead gw-maybe">Possibly 25 basis' in answer_html(doubtful, 1)
    assert doubtful.to_dict()["lead"]["sure"] is False


def test_the_nearest_passages_are_one_an_article() -> None:
    second = replace(hit(key="p2"), article=hit().article)
    other = hit("The harbour opened on Monday.", "p3")
    none = Answer("Why?", "no_answer", "extractive", retrieved=(hit(), second, other))
    assert [one.passage.id for one in none.nearest] == ["p1", "p3"]
    near = answer_html(none, 1).split('<ul class="gw-near">')[1].split("</ul>")[0]
    assert near.count("<li>") == 2


def test_stopped_answer_keeps_what_was_checked_and_drops_the_rest() -> None:
    answer = every_verdict()
    exchange = Exchange(1, "q", "llm", "m")
    exchange.take(Event("retrieved", hits=answer.retrieved))
    exchange.take(Event("token", text=f"{RATE} [1] The next one is"))
    assert "The next one is" in exchange_html(exchange)
    exchange.take(Event("sentence", sentence=held(RATE, 1), citations=answer.citations))
    assert exchange.unchecked == "The next one is"
    exchange.stop()
    html = exchange_html(exchange)
    assert RATE.split()[0] in html
    assert "The next one is" not in html
    assert "You stopped this answer here." in html


def test_markers_of_the_model_are_not_shown_as_citations() -> None:
    exchange = Exchange(1, "q")
    exchange.take(Event("token", text="It rose [3], they said [1, 2"))
    assert exchange.unchecked == "It rose, they said"


def test_an_answer_that_begins_anew_forgets_what_the_endpoint_had_said() -> None:
    exchange = Exchange(1, "q", "llm")
    exchange.take(Event("retrieved", hits=(hit(),)))
    exchange.take(Event("sentence", sentence=held("Half of it."), citations=()))
    exchange.take(Event("token", text="and then"))
    exchange.take(Event("retrieved", hits=(hit(),)))
    assert exchange.sentences == ()
    assert exchange.unchecked == ""


def test_turns_carry_the_citations_of_answers_and_leave_failures_out() -> None:
    broken = Exchange(2, "q")
    broken.fail("no")
    turns = Conversation([done(every_verdict()), broken]).turns()
    assert [turn.citations for turn in turns] == [every_verdict().citations]


def test_an_article_without_outlet_date_or_author_leaves_no_gap() -> None:
    bare = Hit(ArticleRef("a", "Bare"), hit().passage, 1.0)
    html = answer_html(Answer("q", "no_answer", "extractive", retrieved=(bare,)), 1)
    assert '<p class="gw-credit"></p>' in html
    assert "None" not in html


def test_masthead_says_what_the_library_holds() -> None:
    status = {
        "articles": 1234,
        "outlets": {"A": 1000, "B": 234},
        "first_published": "1994-05-16",
        "last_published": date(2023, 10, 2),
        "llm": None,
    }
    html = masthead_html(status)
    assert "1,234 articles · 2 outlets · 16 May 1994 to 2 Oct 2023" in html
    assert "Extractive" in html
    assert "openai:small" in masthead_html(status | {"llm": "openai:small"})


def test_an_empty_library_says_how_to_fill_it() -> None:
    assert "rag ingest" in welcome_html({"articles": 0}, [])
