"""A conversation taken along says what the page said, and holds nothing that runs."""

from __future__ import annotations

import json
import re

from rag.web.conversation import Conversation
from rag.web.export import to_html, to_json, to_markdown, to_text
from tests.fakes.staged import RATE, XSS, attack, every_verdict


def conversation() -> Conversation:
    made = Conversation()
    for answer in (every_verdict(), attack()):
        made.ask(answer.question, "llm", "openai:prepared").answer = answer
    return made


def test_every_form_carries_sentences_verdicts_reasons_numbers_and_quotes() -> None:
    one = Conversation()
    one.ask("What happened?", "llm", None).answer = every_verdict()
    for text in (to_markdown(one), to_html(one), to_json(one), to_text(every_verdict())):
        assert "by 25 basis points" in text and RATE in text
        assert "the passage says unanimous, not split" in text
        assert "contradicted" in text and "https://news.example/rates?id=1" in text
    assert re.search(r"by 25 basis points\. \[1\] \(supported\)", to_markdown(one))
    assert "~~The governor resigned.~~" in to_markdown(one)
    assert "<del>The governor resigned.</del>" in to_html(one)
    assert "resigned" not in to_text(every_verdict())


def test_json_is_the_answers_of_the_python_function() -> None:
    rows = json.loads(to_json(conversation()))
    assert rows[0] == every_verdict().to_dict() and len(rows) == 2


def test_payloads_stay_text() -> None:
    html = to_html(conversation())
    assert "<script" not in html and "<img" not in html and "<svg" not in html
    assert "javascript:" not in re.sub(
        r"&[^;]+;", "", " ".join(re.findall(r'href="([^"]*)"', html))
    )
    markdown = to_markdown(conversation())
    assert not re.search(r"(?<!\\)<(?!https?://)", markdown)
    assert XSS not in markdown
