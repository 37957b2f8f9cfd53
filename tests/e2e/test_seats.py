"""The page and the API sit on the same seats."""

from __future__ import annotations

import time

import httpx
from playwright.sync_api import Browser, expect

from tests.fakes.browsing import served, visit
from tests.fakes.staged import StagedPipeline


def running(url: str) -> int:
    return int(httpx.get(f"{url}/api/status").json()["questions"]["running"])


def until(url: str, seats: int) -> None:
    begun = time.monotonic()
    while running(url) != seats:
        assert time.monotonic() - begun < 30, f"{running(url)} seats are taken, not {seats}"
        time.sleep(0.05)


def test_an_answer_on_the_page_takes_a_seat_and_stop_gives_it_back(browser: Browser) -> None:
    for url in served(StagedPipeline(concurrency=1)):
        context = browser.new_context()
        page = context.new_page()
        visit(page, url)
        page.fill("#gw-box textarea", "slow verdicts")
        page.keyboard.press("Enter")
        until(url, 1)
        page.keyboard.press("Escape")
        expect(page.locator("#turn-1")).to_contain_text("You stopped this answer here.")
        until(url, 0)
        context.close()
