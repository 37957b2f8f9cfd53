"""Makes docs/chat.png and docs/articles.png from the pages: `python -m docs.screenshot` on the sample corpus."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import sync_playwright

from rag.pipeline import Pipeline
from rag.settings import Settings
from rag.web.app import open_page

_QUESTION = "When did heavy fighting break out around Nagorno-Karabakh in 2020?"
_FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


def main() -> None:
    pipeline = Pipeline(Settings.load(port=0))
    page_server = open_page(pipeline)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=_FLAGS)
        page = browser.new_page(viewport={"width": 1360, "height": 860})
        page.goto(page_server.local_url)
        box = page.get_by_role("textbox").first
        box.fill(_QUESTION)
        box.press("Enter")
        page.get_by_text("Why this answer").wait_for()
        page.wait_for_timeout(500)
        page.screenshot(path=Path(__file__).parent / "chat.png")
        page.goto(f"{page_server.local_url.rstrip('/')}/articles")
        page.locator(".gw-line").first.wait_for()
        page.wait_for_timeout(500)
        page.screenshot(path=Path(__file__).parent / "articles.png")
        browser.close()
    page_server.close()
    pipeline.close()


if __name__ == "__main__":
    main()
