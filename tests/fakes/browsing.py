"""Serving a page for a while, and what a visitor does on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page

from rag.web.app import open_page

PAYLOAD = '"><img src=x onerror="window.hit=1"><svg/onload=window.hit=1>${window.hit=1}{{hit}}'


def served(pipeline: Any) -> Iterator[str]:
    """The address of a page that is served until the test ends."""
    page = open_page(pipeline)
    yield str(page.local_url).rstrip("/")
    page.close()


def visit(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_selector(".gw-welcome")
    page.wait_for_selector("#gw-box textarea")


def ask(page: Page, question: str, number: int) -> None:
    page.fill("#gw-box textarea", question)
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#turn-{number}[data-state=done], #turn-{number}[data-state=error]")
