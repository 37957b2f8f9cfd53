"""The line below the masthead: from the chat to the articles and back."""

from __future__ import annotations

from rag.web.corpus.where import PAGE


def nav_html(here: str) -> str:
    """`here` is "ask" or "articles"."""
    # Relative, as the page may be served below a path.
    ways = (("ask", "./", "Ask"), ("articles", PAGE, "Articles"))
    links = "".join(
        f'<a href="{href}"{" aria-current=page" if name == here else ""}>{label}</a>'
        for name, href, label in ways
    )
    return f'<nav class="gw-nav" aria-label="Pages">{links}</nav>'
