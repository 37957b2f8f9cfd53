"""Asking as a visitor does it: narrowing, editing, asking again, and what the browser keeps."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from rag.library.feedback import opinions
from rag.pipeline import Pipeline
from rag.settings import Settings
from tests.fakes.browsing import PAYLOAD, ask, served, visit

WAR = "When did fighting break out in Nagorno-Karabakh in September 2020?"
CUP = "Who won the World Cup final in 2022?"
WEBB = "When did NASA publish the first Webb images?"
STORE = "groundwire.conversations"


def narrow(page: Page, **fields: str) -> None:
    if page.get_attribute("#gw-narrow", "open") is None:
        page.click("#gw-narrow > summary")
    for name, value in fields.items():
        page.fill(f".gw-form [name={name}]", value)
    page.click(".gw-apply")


def test_filters_hold_until_they_are_taken_off(page: Page, real: str) -> None:
    visit(page, real)
    narrow(page, since="2020-13-01")
    expect(page.locator(".gw-complaint")).to_contain_text("2020-13-01")
    narrow(page, since="2024-01-01", topic="crowdstrike")
    expect(page.locator("#gw-tools .gw-filter")).to_have_text(
        ["From: 1 Jan 2024×", "Topic: crowdstrike×"]
    )
    page.click("#gw-tools [data-what=topics]")
    expect(page.locator("#gw-tools .gw-filter")).to_have_text(["From: 1 Jan 2024×"])
    ask(page, CUP, 1)
    expect(page.locator("#turn-1")).to_contain_text("No answer in these articles")
    expect(page.locator("#turn-1 .gw-narrowed")).to_contain_text("From: 1 Jan 2024")
    page.click("#gw-tools .gw-x")
    expect(page.locator("#gw-tools .gw-filter")).to_have_count(0)
    page.click("#turn-1 [data-act=again]")
    # The filters of now are those that count.
    expect(page.locator("#turn-1 .gw-narrowed")).not_to_contain_text("From")


def test_what_the_words_set_can_be_taken_off(page: Page, real: str) -> None:
    visit(page, real)
    ask(page, WAR, 1)
    expect(page.locator("#turn-1 .gw-narrowed")).to_contain_text("About: Sep 2020")
    page.get_by_role("button", name="Remove About: Sep 2020").click()
    expect(page.locator("#turn-1[data-state=done] .gw-narrowed")).to_have_count(0)
    expect(page.locator("#turn-1[data-state=done]")).to_contain_text("September 27")


def test_the_last_question_is_edited_in_its_place(page: Page, real: str) -> None:
    visit(page, real)
    ask(page, WAR, 1)
    first = page.locator("#cite-1").inner_text()
    ask(page, CUP, 2)
    page.click("#gw-live [data-act=edit]")
    expect(page.locator("#gw-box textarea")).to_have_value(CUP)
    page.fill("#gw-box textarea", WEBB)
    page.keyboard.press("Enter")
    expect(page.locator("#turn-2[data-state=done]")).to_contain_text("July 12, 2022")
    assert page.locator(".gw-turn").count() == 2
    assert page.locator("#cite-1").inner_text() == first
    expect(page.locator(".gw-editing")).to_have_count(0)
    # What the library is known to answer comes after the answer.
    page.locator("#gw-ahead [data-ask]").first.click()
    expect(page.locator("#turn-3[data-state=done] .gw-summary")).to_contain_text("supported")


def test_a_conversation_is_kept_opened_renamed_found_and_deleted(page: Page, real: str) -> None:
    visit(page, real)
    ask(page, WAR, 1)
    ask(page, CUP, 2)
    before = page.locator("#turn-1 .gw-answer").inner_html(), page.locator("mark").all_inner_texts()
    page.reload()
    page.wait_for_selector(".gw-welcome")
    page.click("[data-drawer]")
    page.get_by_role("button", name=re.compile("^Rename:")).click()
    page.fill(".gw-rename", PAYLOAD)
    page.keyboard.press("Enter")
    page.fill(".gw-search", "no such words")
    expect(page.locator(".gw-kept")).to_have_count(0)
    page.fill(".gw-search", "world cup")
    page.locator(".gw-kept-title").click()
    page.wait_for_selector("#turn-2[data-state=done]")
    after = page.locator("#turn-1 .gw-answer").inner_html(), page.locator("mark").all_inner_texts()
    assert after == before
    ask(page, WEBB, 3)
    assert set(before[1]) < set(page.locator("mark").all_inner_texts())
    kept = json.loads(page.evaluate(f"localStorage.getItem('{STORE}')"))
    assert [one["title"] for one in kept] == [PAYLOAD]
    assert page.evaluate("window.hit") is None
    page.click("[data-drawer]")
    page.get_by_role("button", name=re.compile("^Delete:")).click()
    expect(page.locator(".gw-drawer")).to_contain_text("None yet.")
    assert json.loads(page.evaluate(f"localStorage.getItem('{STORE}')")) == []


def test_what_is_stored_is_not_trusted(page: Page, staged: str) -> None:
    visit(page, staged)
    ask(page, "attack", 1)
    held = json.loads(page.evaluate(f"localStorage.getItem('{STORE}')"))
    broken = {"key": "k", "title": "broken", "record": '{"turns": 7}', "at": 1}
    page.evaluate(f"v => localStorage.setItem('{STORE}', v)", json.dumps([*held, broken, 5, None]))
    page.reload()
    page.wait_for_selector(".gw-welcome")
    page.click("[data-drawer]")
    expect(page.locator(".gw-kept")).to_have_count(2)
    page.get_by_role("button", name="Open: broken").click()
    expect(page.locator("#gw-said")).to_contain_text("cannot be read")
    page.click("[data-drawer]")
    page.get_by_role("button", name="Open: attack").click()
    page.wait_for_selector("#turn-1[data-state=done] .gw-chip")
    assert page.evaluate("window.hit") is None
    assert page.locator("#gw-columns :is(img, script, svg, iframe)").count() == 0
    page.evaluate(f"localStorage.setItem('{STORE}', '{{')")
    page.click("[data-drawer]")
    expect(page.locator(".gw-drawer")).to_contain_text("None yet.")


@pytest.fixture
def judged(browser: Browser, corpus_library: Path, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Outlives the page where a test asks for it first: what may be asked next is still looked for."""
    folder = tmp_path / "library"
    shutil.copytree(corpus_library, folder)
    pipeline = Pipeline(Settings(library=folder, port=0))
    for url in served(pipeline):
        yield url, folder
    pipeline.close()


def test_an_opinion_is_kept_beside_the_library(judged: tuple[str, Path], page: Page) -> None:
    url, folder = judged
    visit(page, url)
    ask(page, CUP, 1)
    helpful = page.get_by_role("button", name="Helpful", exact=True)
    helpful.click()
    expect(page.locator(".gw-opinion")).to_contain_text("Thank you")
    expect(helpful).to_be_focused()
    page.fill("#gw-comment-1", f"clear {PAYLOAD}")
    page.keyboard.press("Enter")
    expect(page.locator("#gw-comment-1")).to_have_value(f"clear {PAYLOAD}")
    ask(page, WEBB, 2)
    page.locator("#turn-1").get_by_role("button", name="Not helpful").click()
    expect(page.locator("#turn-1 [aria-pressed=true]")).to_have_text("Not helpful")
    (held,) = opinions(folder)
    assert (held.thumb, held.comment) == ("down", f"clear {PAYLOAD}")
    assert held.articles
    assert page.evaluate("window.hit") is None
