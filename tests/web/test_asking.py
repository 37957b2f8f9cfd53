"""Filters, acts and records, without a browser."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest

from rag.errors import UsageError
from rag.library.feedback import opinions
from rag.types import Period
from rag.web.asked import period_text
from rag.web.buttons import Buttons
from rag.web.chat import Chat
from rag.web.conversation import Conversation
from rag.web.filters import Filters, filters_html
from rag.web.record import read_record, record_html, record_of
from tests.fakes.staged import XSS, StagedPipeline


@pytest.fixture
def staged() -> StagedPipeline:
    return StagedPipeline()


@pytest.fixture
def chat(staged: StagedPipeline) -> Chat:
    return Chat(cast(Any, staged))


@pytest.fixture
def buttons(staged: StagedPipeline, chat: Chat) -> Buttons:
    return Buttons(cast(Any, staged), chat)


def asked(chat: Chat, *questions: str) -> Conversation:
    conversation = Conversation()
    for question in questions:
        chat.begin(question, conversation)
        assert list(chat.answer(conversation))
    return conversation


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"since": "2020-13-01"}, "From: .*2020-13-01"),
        ({"until": "soon"}, "Until: .*soon"),
        ({"since": "2021-02-01", "until": "2021-01-01"}, "swap From and Until"),
        ({"since": "2021-02-01", "as_of": "2021-01-01"}, "As of 2021-01-01"),
        ({"outlet": "Norten Wire"}, "did you mean 'Northern Wire'"),
        ({"outlet": "zzz"}, "choose one of Northern Wire"),
        ({"topic": "trams"}, "of the topic 'trams': did you mean 'tram'"),
    ],
)
def test_what_cannot_be_a_filter_is_one_line(form: dict[str, str], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        Filters().with_form(form, ["Northern Wire"], ["tram"])


def test_filters_read_a_form_and_forget_what_is_taken_off() -> None:
    made = Filters().with_form(
        {"since": "9 Oct 2020", "outlet": "northern wire", "topic": "Tram"},
        ["Northern Wire"],
        ["tram"],
    )
    names = {"outlets": ("Northern Wire",), "topics": ("tram",)}
    assert made.options() == {"since": date(2020, 10, 9), **names}
    bare = made.without("outlets", "Northern Wire").without("topics", "tram").without("since")
    assert bare == Filters()
    assert made.without("__class__") == made


def test_an_outlet_that_attacks_stays_text() -> None:
    attacked = Filters(outlets=(XSS,), topics=(XSS,))
    assert "<img" not in filters_html(attacked, [XSS], [XSS], complaint=XSS)
    # Without topics in the library there is nothing to choose.
    assert 'name="topic"' not in filters_html(attacked, [XSS])


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [
        (date(2020, 10, 1), date(2020, 10, 31), "Oct 2020"),
        (date(2020, 12, 1), date(2020, 12, 31), "Dec 2020"),
        (date(2020, 1, 1), date(2020, 12, 31), "2020"),
        (date(2020, 10, 9), date(2020, 10, 9), "9 Oct 2020"),
        (date(2020, 10, 9), date(2020, 11, 2), "9 Oct 2020 to 2 Nov 2020"),
    ],
)
def test_a_period_is_said_as_one_would(start: date, end: date, told: str) -> None:
    assert period_text(Period(start, end)) == told


def test_filters_and_what_is_taken_off_reach_the_pipeline(
    chat: Chat, buttons: Buttons, staged: StagedPipeline
) -> None:
    conversation = Conversation()
    buttons.press(json.dumps({"act": "filter", "since": "2020-01-01"}), conversation)
    chat.begin("verdicts", conversation)
    list(chat.answer(conversation))
    buttons.press('{"act": "without", "what": "period"}', conversation)
    list(chat.answer(conversation))
    buttons.press('{"act": "without", "what": "everything"}', conversation)
    list(chat.answer(conversation))
    since = {"since": date(2020, 1, 1)}
    assert staged.options == [
        {"ignore": (), **since},
        {"ignore": ("period",), **since},
        {"ignore": ("period",), **since},
    ]
    assert len(conversation.exchanges) == 1


@pytest.mark.parametrize(
    "raw", ["", "[]", "{", '{"act": "__init__"}', '{"act": 7}', None, "[" * 9999]
)
def test_an_act_that_is_none_does_nothing(chat: Chat, buttons: Buttons, raw: object) -> None:
    conversation = asked(chat, "verdicts")
    assert buttons.press(raw, conversation) is None
    assert len(conversation.exchanges) == 1


def test_an_edit_takes_the_place_of_the_newest_question(
    chat: Chat, buttons: Buttons, staged: StagedPipeline
) -> None:
    conversation = asked(chat, "verdicts", "second")
    view = buttons.press('{"act": "edit"}', conversation)
    assert view is not None and view.box == "second"
    chat.begin("third", conversation)
    list(chat.answer(conversation))
    assert [one.question for one in conversation.exchanges] == ["verdicts", "third"]
    assert staged.asked[-1] == ("third", 1)


def test_an_edit_that_is_let_go_replaces_nothing(chat: Chat, buttons: Buttons) -> None:
    conversation = asked(chat, "verdicts")
    buttons.press('{"act": "edit"}', conversation)
    buttons.press('{"act": "keep"}', conversation)
    chat.begin("another", conversation)
    assert len(conversation.exchanges) == 2


def test_while_an_answer_is_on_its_way_it_cannot_be_replaced(chat: Chat, buttons: Buttons) -> None:
    conversation = Conversation()
    chat.begin("verdicts", conversation)
    assert buttons.press('{"act": "again"}', conversation) is None
    assert buttons.press('{"act": "edit"}', conversation) is None


def test_follow_ups_are_looked_for_once(chat: Chat) -> None:
    conversation = asked(chat, "follow")
    view = chat.ahead(conversation)
    assert view is not None and "data-ask" in (view.ahead or "")
    assert chat.ahead(conversation) is None


def test_a_record_comes_back_as_it_was(chat: Chat) -> None:
    conversation = asked(chat, "attack")
    conversation.filters = Filters(date(2020, 1, 1), outlets=("A\u202eB",))
    back = read_record(record_of(conversation))
    assert back is not None
    assert [one.answer for one in back.exchanges] == [one.answer for one in conversation.exchanges]
    assert (back.key, back.filters) == (conversation.key, conversation.filters)
    assert back.turns() == conversation.turns()
    assert "<img" not in record_html(conversation)


def test_a_failed_answer_is_not_kept(chat: Chat) -> None:
    assert record_html(asked(chat, "broken")) == ""


@pytest.mark.parametrize("path", ["key", "version", "quote", "n", "verdict", "turns"])
def test_a_damaged_record_is_none(chat: Chat, path: str) -> None:
    row = json.loads(record_of(asked(chat, "verdicts")))
    answer = row["turns"][0]["answer"]
    if path == "quote":
        answer["citations"][0]["quote"] += "!"
    elif path == "n":
        answer["citations"][1]["n"] = answer["citations"][0]["n"]
    elif path == "verdict":
        answer["sentences"][0]["verdict"] = "splendid"
    else:
        row[path] = {"key": "<img>", "version": 2, "turns": []}[path]
    assert read_record(json.dumps(row)) is None
    assert read_record("[" * 100_000) is None


def test_a_conversation_that_is_opened_is_not_drawn_over(chat: Chat, buttons: Buttons) -> None:
    record = record_of(asked(chat, "verdicts"))
    conversation = Conversation()
    chat.begin("slow verdicts", conversation)
    steps = chat.answer(conversation)
    next(steps)
    view = buttons.press(json.dumps({"act": "open", "record": record}), conversation)
    assert view is not None and "turn-1" in (view.live or "")
    assert list(steps) == []
    assert not conversation.busy


def test_the_chips_are_what_the_words_set(chat: Chat) -> None:
    conversation = asked(chat, "verdicts")
    live = conversation.exchanges[0]
    assert live.answer is not None and live.answer.query is not None
    query = replace(
        live.answer.query, outlets=(XSS,), outlets_may_yield=True, newest=True, overview=True
    )
    live.answer = replace(live.answer, query=query)
    from rag.web.render import exchange_html

    html = exchange_html(live)
    assert (
        "Newest first" in html and "Overview" in html and "Outlet: " in html and "<img" not in html
    )


def test_an_opinion_that_cannot_be_kept_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "feedback.sqlite3").mkdir()
    staged = cast(Any, StagedPipeline(library=tmp_path))
    chat = Chat(staged)
    buttons = Buttons(staged, chat)
    conversation = asked(chat, "verdicts")
    view = buttons.press('{"act": "rate", "n": "1", "value": "up"}', conversation)
    assert view is not None and "Feedback cannot be kept" in (view.live or "")


def test_an_opinion_on_what_is_not_there_is_none(tmp_path: Path) -> None:
    staged = cast(Any, StagedPipeline(library=tmp_path))
    chat = Chat(staged)
    buttons = Buttons(staged, chat)
    conversation = asked(chat, "verdicts")
    for raw in (
        '{"act": "rate", "n": "9", "value": "up"}',
        '{"act": "rate", "n": "1", "value": "x"}',
    ):
        assert buttons.press(raw, conversation) is None
    assert opinions(tmp_path) == []
