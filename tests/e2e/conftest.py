"""A real browser, and pages served for it. Without a browser these tests are skipped."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from rag.pipeline import Pipeline
from rag.settings import Settings
from tests.fakes.browsing import served
from tests.fakes.staged import StagedPipeline

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# A busy machine takes its time; what never comes still fails.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="module")
def real(browser: Browser, corpus_library: Path) -> Iterator[str]:
    pipeline = Pipeline(Settings(library=corpus_library, port=0))
    yield from served(pipeline)
    pipeline.close()


@pytest.fixture(scope="module")
def staged(browser: Browser) -> Iterator[str]:
    yield from served(StagedPipeline())


# Per module: while Playwright runs, no other test could call asyncio.run.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip("no chromium at /usr/bin/chromium; `apt install chromium` to run these tests")
    # The browser is ours alone: no proxy of the environment comes between.
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        os.environ.pop(name, None)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


# What Gradio says when a page is left while it still loads, the second as Chromium 150 words it; a
# lost connection shows in the page too.
LEFT = (
    "AbortError: signal is aborted without reason",
    "AbortError: BodyStreamBuffer was aborted",
    "Unexpected error Connection errored out.",
)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A visitor of their own; whatever the page did wrong fails the test at its end."""
    yield from visitor(browser, viewport={"width": 1440, "height": 900})


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """The same with a phone in the hand."""
    yield from visitor(
        browser, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )


def visitor(browser: Browser, **options: Any) -> Iterator[Page]:
    context = browser.new_context(**options)
    page = context.new_page()
    page.set_default_timeout(30_000)
    wrong: list[str] = []
    page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: (wrong.append(f"dialog {dialog.message}"), dialog.dismiss()))
    inside = re.compile(r"(https?|wss?)://(127\.0\.0\.1|localhost)[:/]|data:|blob:")
    page.on("request", lambda r: None if inside.match(r.url) else wrong.append(r.url))
    yield page
    context.close()
    assert [line for line in wrong if not line.startswith(LEFT)] == []
