"""What may be asked next, as buttons under the newest answer."""

from __future__ import annotations

from collections.abc import Sequence

from rag.web.markup import esc


def ahead_html(questions: Sequence[str]) -> str:
    """Each asks itself, as the examples of the empty page do."""
    if not questions:
        return ""
    items = "".join(
        f'<li><button type="button" class="gw-example" data-ask="{esc(one)}">{esc(one)}'
        "</button></li>"
        for one in questions
    )
    return (
        '<section class="gw-ahead" aria-label="Questions to ask next"><h3>Also in these articles</h3>'
        f'<ul class="gw-examples">{items}</ul></section>'
    )
