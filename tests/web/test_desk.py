"""What the buttons do, and that two visitors never mix."""

from __future__ import annotations

import socket
from typing import Any, cast

import pytest

from rag.errors import UsageError
from rag.settings import Settings
from rag.web.app import serve
from rag.web.chat import BROKEN, BUSY, Chat
from rag.web.conversation import Conversation
from tests.fakes.staged import StagedPipeline


@pytest.fixture
def staged() -> StagedPipeline:
    return StagedPipeline()


@pytest.fixture
def chat(staged: StagedPipeline) -> Chat:
    return Chat(cast(Any, staged))


def ask(chat: Chat, conversation: Conversation, question: str) -> str:
    assert chat.begin(question, conversation) is not None
    *_, last = chat.answer(conversation)
    assert not last.busy
    return last.live


def test_a_failure_is_one_line_and_no_detail_leaks(
    chat: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    html = ask(chat, Conversation(), "broken")
    assert BROKEN.split(",")[0] in html
    assert "secret" not in html
    assert "secret" in caplog.text


def test_an_error_of_ours_says_what_it_says(chat: Chat) -> None:
    assert "did not answer" in ask(chat, Conversation(), "endpoint")


def test_a_second_question_waits_for_the_first(chat: Chat) -> None:
    conversation = Conversation()
    chat.begin("verdicts", conversation)
    assert chat.begin("more", conversation) is None
    assert len(conversation.exchanges) == 1


def test_an_empty_question_is_no_question(chat: Chat) -> None:
    assert chat.begin("  \n", Conversation()) is None


def test_history_is_the_visitors_own(chat: Chat, staged: StagedPipeline) -> None:
    one, two = Conversation(), Conversation()
    ask(chat, one, "verdicts")
    ask(chat, two, "verdicts of another")
    ask(chat, one, "and then?")
    assert staged.asked == [("verdicts", 0), ("verdicts of another", 0), ("and then?", 1)]


def test_stopping_ends_the_stream(chat: Chat) -> None:
    conversation = Conversation()
    chat.begin("verdicts", conversation)
    steps = chat.answer(conversation)
    next(steps)
    stopped = chat.stop(conversation)
    assert stopped is not None
    assert "You stopped this answer here." in stopped.live
    # What the pipeline still says is not taken any more.
    assert all("You stopped this answer here." in view.live for view in steps)


def test_a_full_queue_is_said_and_the_next_question_may_come(chat: Chat) -> None:
    conversation = Conversation()
    chat.begin("verdicts", conversation)
    refused = chat.refused(conversation)
    assert refused is not None
    assert BUSY in refused.live
    assert not conversation.busy


def test_restart_forgets(chat: Chat) -> None:
    conversation = Conversation()
    ask(chat, conversation, "verdicts")
    view = chat.restart(conversation)
    assert conversation.turns() == ()
    assert view.past == ""
    assert "cite-1" not in (view.sources or "")


def test_a_taken_port_is_one_line_with_the_remedy() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        port = held.getsockname()[1]
        with pytest.raises(UsageError, match=rf"Port {port} .*--port"):
            serve(Settings(port=port))


def test_a_second_enter_starts_no_second_answer(chat: Chat, staged: StagedPipeline) -> None:
    conversation = Conversation()
    chat.begin("verdicts", conversation)
    first = chat.answer(conversation)
    next(first)
    assert list(chat.answer(conversation)) == []
    assert list(first)
    assert len(staged.asked) == 1


def test_the_late_failure_of_a_stopped_answer_leaves_the_next_one_alone(chat: Chat) -> None:
    conversation = Conversation()
    chat.begin("verdicts", conversation)
    chat.stop(conversation)
    chat.begin("verdicts again", conversation)
    assert chat.refused(conversation) is None
    assert conversation.busy
