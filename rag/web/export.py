"""A conversation to take along: Markdown, one HTML file, JSON, or an answer as text with its sources."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence

from rag.types import Answer, Citation, Sentence, Verdict
from rag.web.conversation import Conversation, Exchange
from rag.web.markup import day, esc, joined, link, quote_url, safe_url
from rag.web.render import summary_text

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 18px/1.6 Georgia, serif; max-width: 42em; margin: 3em auto; padding: 0 1em; overflow-wrap: anywhere; }}
h2 {{ line-height: 1.25; margin-top: 2em; }}
.lead {{ font-size: 1.6em; font-weight: 700; margin: .3em 0; }}
.small, li {{ font: 14px/1.5 system-ui, sans-serif; }}
.problem {{ border-left: 3px solid; padding-left: .8em; }}
blockquote {{ margin: .2em 0 .8em; font: italic 16px/1.5 Georgia, serif; }}
</style></head><body><h1>{title}</h1>{body}</body></html>
"""
_TITLE = "Groundwire: a conversation"


def to_markdown(conversation: Conversation) -> str:
    """Questions, checked sentences and, under each answer, the quotes that it rests on."""
    parts = [f"# {_TITLE}"]
    for exchange, answer in _answered(conversation):
        parts += [f"## {_md(exchange.question)}", *_markdown(answer)]
    return "\n\n".join(parts) + "\n"


def to_html(conversation: Conversation) -> str:
    """One file that loads nothing and runs nothing."""
    body = "".join(
        f"<h2>{esc(exchange.question)}</h2>{_html(answer)}"
        for exchange, answer in _answered(conversation)
    )
    return _PAGE.format(title=esc(_TITLE), body=body)


def to_json(conversation: Conversation) -> str:
    """The answers as the Python function and `rag ask --json` give them."""
    rows = [answer.to_dict() for _, answer in _answered(conversation)]
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


def to_text(answer: Answer) -> str:
    """One answer with its numbered sources, to paste somewhere."""
    said = " ".join(s.marked for s in answer.sentences if not s.removed)
    head = [answer.lead.shown] if answer.lead else []
    told = [_failed(s) for s in answer.sentences if s.verdict.is_problem and not s.removed]
    return "\n".join([*head, said, *told, "", *map(_source_line, answer.citations)]).strip() + "\n"


# Name of a button, name of the file, how it is made.
FORMS: tuple[tuple[str, str, Callable[[Conversation], str]], ...] = (
    ("Markdown", "groundwire.md", to_markdown),
    ("HTML", "groundwire.html", to_html),
    ("JSON", "groundwire.json", to_json),
)


def _answered(conversation: Conversation) -> Iterable[tuple[Exchange, Answer]]:
    return ((one, one.answer) for one in conversation.exchanges if one.answer is not None)


def _failed(sentence: Sentence) -> str:
    reasons = "; ".join(sentence.reasons)
    return f"({sentence.verdict}: “{sentence.text}”{': ' + reasons if reasons else ''})"


def _source_line(citation: Citation) -> str:
    article = citation.article
    about = joined((article.outlet or "", article.title, day(article.published)), ", ")
    return joined((f"[{citation.n}] {about}: “{citation.quote}”", safe_url(article.url) or ""), " ")


def _md(text: str) -> str:
    """One line in which nothing is markup."""
    line = " ".join(text.split())
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>#|!" else c for c in line)


def _markdown(answer: Answer) -> Sequence[str]:
    lines = [f"**{_md(answer.lead.shown)}**"] if answer.lead else []
    for sentence in answer.sentences:
        numbers = "".join(f" [{n}]" for n in sentence.citations)
        text = f"~~{_md(sentence.text)}~~" if sentence.removed else _md(sentence.text)
        verdict = "" if sentence.verdict is Verdict.NOT_A_CLAIM else f" ({sentence.verdict})"
        lines.append(f"{text}{numbers}{verdict}")
        if sentence.verdict.is_problem and sentence.reasons:
            lines.append(f"> {_md('; '.join(sentence.reasons))}")
    lines += [_md(line) for line in (answer.disagreement, *answer.notes) if line]
    if summary := summary_text(answer):
        lines.append(f"*{summary}*")
    for one in answer.citations:
        about = joined((one.article.outlet or "", one.article.title, day(one.article.published)))
        url = safe_url(one.article.url)
        lines.append(f"[{one.n}] {_md(about)}{f' <{url}>' if url else ''}  \n> {_md(one.quote)}")
    return lines


def _html(answer: Answer) -> str:
    parts = [f'<p class="lead">{esc(answer.lead.shown)}</p>'] if answer.lead else []
    for sentence in answer.sentences:
        text = f"<del>{esc(sentence.text)}</del>" if sentence.removed else esc(sentence.text)
        numbers = "".join(f" [{n}]" for n in sentence.citations)
        problem = sentence.verdict.is_problem
        reasons = f": {esc('; '.join(sentence.reasons))}" if problem and sentence.reasons else ""
        claimed = sentence.verdict is not Verdict.NOT_A_CLAIM
        verdict = f' <span class="small">{sentence.verdict}{reasons}</span>' if claimed else ""
        kind = ' class="problem"' if problem else ""
        parts.append(f"<p{kind}>{text}{numbers}{verdict}</p>")
    told = (answer.disagreement, *answer.notes, summary_text(answer))
    parts += [f'<p class="small">{esc(line)}</p>' for line in told if line]
    items = "".join(_item(citation) for citation in answer.citations)
    return "".join(parts) + (f"<ol>{items}</ol>" if items else "")


def _item(citation: Citation) -> str:
    article = citation.article
    url = quote_url(article.url, citation.quote)
    title = link(url, article.title) if url else esc(article.title)
    about = joined((esc(article.outlet or ""), title, day(article.published)))
    return f'<li value="{citation.n}">{about}<blockquote>{esc(citation.quote)}</blockquote></li>'
