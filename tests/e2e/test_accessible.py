"""What axe-core finds serious on the pages, in light and dark: nothing."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.fakes.browsing import ask, visit


def assert_accessible(page: Page) -> None:
    # Colours that are still fading in would be measured half-way.
    page.wait_for_timeout(400)
    found = Axe().run(page).response["violations"]
    serious = [
        (one["id"], [node["html"][:120] for node in one["nodes"]])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
    assert serious == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_chat_and_the_articles_have_no_serious_violation(
    browser: Browser, real: str, staged: str, scheme: str
) -> None:
    page = browser.new_context(color_scheme=scheme).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(30_000)
    visit(page, real)
    assert_accessible(page)
    page.goto(f"{real}/articles")
    expect(page.locator(".gw-line").first).to_be_visible()
    assert_accessible(page)
    page.locator(".gw-line").first.click()
    page.wait_for_selector("#gw-read-title")
    assert_accessible(page)
    visit(page, staged)
    ask(page, "verdicts", 1)
    assert_accessible(page)
    page.context.close()
