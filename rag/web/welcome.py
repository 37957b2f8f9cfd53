"""The masthead and the empty page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from rag.web.markup import counted, day, esc, joined

# Shown where the library holds the article that answers it: the sample corpus, or a part of it.
EXAMPLES = (
    ("2020-09-28-fighting-breaks-out", "When did the fighting in Nagorno-Karabakh break out?"),
    ("2019-07-18-f35-s400", "Why was Turkey removed from the F-35 programme?"),
    ("2023-09-26-depot-explosion", "How many people died in the fuel depot explosion?"),
    ("2004-04-03-nato-grows-to-26", "How many countries joined NATO in 2004?"),
    ("2022-12-19-argentina-world-cup", "Who won the World Cup final in 2022?"),
    ("2022-07-13-webb-first-images", "When did NASA publish the first Webb images?"),
)


def masthead_html(status: Mapping[str, Any]) -> str:
    """Name, what is in the library, and how answers are made."""
    model = status.get("llm")
    mode = (
        f"Answers by <b>{esc(model)}</b>, checked"
        if model
        else "<b>Extractive</b>: the articles’ own words"
    )
    return (
        '<header class="gw-masthead"><div><h1>Groundwire</h1>'
        '<p class="gw-motto">Answers from the news, with every sentence checked</p></div>'
        f'<div class="gw-status"><p>{esc(_holdings(status))}</p><p class="gw-mode">{mode}</p>'
        '<button type="button" class="gw-drawer-open" data-drawer aria-haspopup="dialog">'
        "Earlier conversations</button></div></header>"
    )


def _holdings(status: Mapping[str, Any]) -> str:
    outlets = status.get("outlets") or {}
    first, last = _day(status.get("first_published")), _day(status.get("last_published"))
    days = first if first == last else joined((first, last), " to ")
    return joined(
        (
            counted(int(status.get("articles") or 0), "article"),
            counted(len(outlets), "outlet") if outlets else "",
            days,
        )
    )


def _day(value: object) -> str:
    if isinstance(value, str) and value:
        return day(date.fromisoformat(value[:10]))
    return day(value) if isinstance(value, date) else ""


def welcome_html(status: Mapping[str, Any], examples: Sequence[str]) -> str:
    if not status.get("articles"):
        return (
            '<section class="gw-welcome"><h2>This library is empty.</h2>'
            "<p>Put articles in with <code>rag ingest FOLDER</code>, then reload this page.</p>"
            "</section>"
        )
    asked = "".join(
        f'<li><button type="button" class="gw-example" data-ask="{esc(one)}">{esc(one)}'
        "</button></li>"
        for one in examples
    )
    listed = f'<ul class="gw-examples" aria-label="Example questions">{asked}</ul>' if asked else ""
    return (
        '<section class="gw-welcome"><h2>What would you like to know?</h2>'
        "<p>Each answer cites the sentences that it rests on, and says of each of its own "
        "sentences whether they bear it out. What the articles do not hold is not answered.</p>"
        f"{listed}</section>"
    )
