"""Two people log in, each with a conversation and a rate of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from rag.service.users import line_of, put
from tests.fakes.browsing import ask, served
from tests.fakes.staged import StagedPipeline

PEOPLE = {"anna": "correct horse", "ben": "battery staple"}


@pytest.fixture(scope="module")
def closed(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    file = tmp_path_factory.mktemp("auth") / "users"
    for name, password in PEOPLE.items():
        put(file, line_of(name, password))
    yield from served(StagedPipeline(auth_file=file, rate_limit=2))


def log_in(page: Page, url: str, name: str, password: str) -> None:
    page.goto(url)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")


def test_each_has_a_conversation_and_a_rate_of_their_own(
    browser: Browser, page: Page, closed: str
) -> None:
    log_in(page, closed, "anna", PEOPLE["anna"])
    ask(page, "verdicts for anna", 1)
    ask(page, "verdicts once more", 2)
    ask(page, "verdicts too many", 3)
    expect(page.locator("#turn-3")).to_contain_text("You have asked 2 times in a minute")
    other = browser.new_context()
    try:
        theirs = other.new_page()
        log_in(theirs, closed, "ben", PEOPLE["ben"])
        theirs.wait_for_selector(".gw-welcome")
        expect(theirs.locator("body")).not_to_contain_text("anna")
        ask(theirs, "verdicts for ben", 1)
        expect(theirs.locator("#turn-1 .gw-summary")).to_be_visible()
    finally:
        other.close()
    # The page is told when it may ask again, and what was there before stays.
    expect(page.locator("#turn-1")).to_contain_text("verdicts for anna")
    expect(page.locator("body")).not_to_contain_text("for ben")


def test_a_wrong_password_is_said_on_the_form(browser: Browser, closed: str) -> None:
    # A visitor without the watch on the console: the browser itself reports the refusal there.
    context = browser.new_context()
    try:
        page = context.new_page()
        log_in(page, closed, "anna", "wrong")
        expect(page.get_by_role("alert")).to_have_text(
            "This name with this password is not known here."
        )
        expect(page.get_by_label("Name")).to_have_value("anna")
    finally:
        context.close()
