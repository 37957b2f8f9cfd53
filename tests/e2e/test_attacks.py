"""Articles, questions and model output that attack the reader stay text."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from rag.library.sync import Summary
from rag.pipeline import Pipeline
from rag.settings import Settings
from tests.fakes.browsing import PAYLOAD, ask, served, visit


def test_an_attack_in_every_string_stays_text(page: Page, staged: str) -> None:
    visit(page, staged)
    ask(page, f"attack {PAYLOAD}", 1)
    page.locator("#turn-1 .gw-chip").first.hover()
    expect(page.locator("#gw-hover")).to_contain_text("window.hit=1")
    page.click(".gw-why > summary")
    assert page.evaluate("window.hit") is None
    made = page.locator("#gw-columns :is(img, script, svg, iframe), #gw-hover :is(img, script)")
    assert made.count() == 0
    assert page.locator('a[href^="javascript" i]').count() == 0


@pytest.fixture
def attacked(browser: Browser, fill: Callable[..., tuple[Settings, Summary]]) -> Iterator[str]:
    """Outlives the page where a test asks for it first: what may be asked next is still looked for."""
    title = PAYLOAD.replace("'", "").replace('"', "'")
    settings, _ = fill(
        {
            "a.md": f'---\ntitle: "{title}"\npublished: 2020-10-09\noutlet: "{title}"\n'
            f'url: "javascript:window.hit=1"\n---\nThe harbour of Varna opened on Monday after '
            f"{PAYLOAD} a storm of eleven days. <script>window.hit=1</script>\n"
        },
        port=0,
    )
    pipeline = Pipeline(settings)
    yield from served(pipeline)
    pipeline.close()


def test_an_article_that_attacks_stays_text(attacked: str, page: Page) -> None:
    visit(page, attacked)
    ask(page, f"When did the harbour of Varna open? {PAYLOAD}", 1)
    expect(page.locator("#turn-1")).to_contain_text("The harbour of Varna opened on Monday")
    assert page.evaluate("window.hit") is None
    assert page.locator("#gw-columns :is(img, script, svg, iframe)").count() == 0
    assert page.locator('a[href^="javascript" i]').count() == 0
