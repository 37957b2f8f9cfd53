"""Makes the pictures of the README from the pages: `python -m docs.screenshot` on the sample corpus."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from rag.pipeline import Pipeline
from rag.settings import Settings
from rag.web.app import open_page

_HERE = Path(__file__).parent
_ANSWERED = "When did heavy fighting break out around Nagorno-Karabakh in 2020?"
_UNANSWERED = "Who won the 1998 World Cup?"
_FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
_WIDE: dict[str, Any] = {"viewport": {"width": 1360, "height": 860}}
_PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True,
}  # fmt: skip


@contextmanager
def taken(browser: Browser, name: str, **options: Any) -> Iterator[Page]:
    """A visitor's page, of which the picture `name` is taken at the end."""
    context = browser.new_context(**options)
    page = context.new_page()
    yield page
    page.wait_for_timeout(700)
    page.screenshot(path=_HERE / f"{name}.png")
    context.close()


def ask(page: Page, url: str, question: str) -> None:
    page.goto(url)
    page.locator("#gw-box textarea").fill(question)
    page.keyboard.press("Enter")
    page.locator("#turn-1[data-state=done]").wait_for()


def main() -> None:
    pipeline = Pipeline(Settings.load(port=0))
    server = open_page(pipeline)
    url = str(server.local_url).rstrip("/")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=_FLAGS)
        with taken(browser, "chat", **_WIDE) as page:
            ask(page, url, _ANSWERED)
        with taken(browser, "chat-dark", **_WIDE, color_scheme="dark") as page:
            ask(page, url, _ANSWERED)
            page.get_by_text("Why this answer").click()
        with taken(browser, "chat-phone", **_PHONE) as page:
            ask(page, url, _ANSWERED)
            page.locator("#turn-1 .gw-chip").first.tap()
        with taken(browser, "chat-no-answer", **_WIDE) as page:
            ask(page, url, _UNANSWERED)
        with taken(browser, "articles", **_WIDE) as page:
            page.goto(f"{url}/articles")
            page.locator(".gw-line").first.wait_for()
        browser.close()
    server.close()
    pipeline.close()


if __name__ == "__main__":
    main()
