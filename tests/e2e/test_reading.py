"""What is read with an answer: what articles say differently, reprints, a copy to take along."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.fakes.browsing import ask, visit

SELECT = """([selector, a, b]) => {
  const text = document.querySelector(selector).firstChild;
  getSelection().setBaseAndExtent(text, a, text, b);
}"""


def saved(page: Page, label: str) -> str:
    with page.expect_download() as download:
        page.click(f"#gw-export-{label}")
    path = download.value.path()
    assert path is not None
    return Path(path).read_text(encoding="utf-8")


def test_articles_that_differ_stand_side_by_side(page: Page, staged: str) -> None:
    visit(page, staged)
    ask(page, "verdicts", 1)
    differ = page.locator("#turn-1 .gw-differ li")
    expect(differ).to_have_count(2)
    expect(differ.first).to_contain_text("25 basis points")
    expect(differ.first).to_contain_text("Harbour Gazette · 9 Oct 2020")
    differ.first.locator(".gw-chip").click()
    expect(page.locator("#cite-1")).to_be_focused()


def test_reprints_are_one_source_that_unfolds(page: Page, staged: str) -> None:
    visit(page, staged)
    ask(page, "attack", 1)
    fold = page.locator(".gw-reprints").first
    expect(fold.locator("summary")).to_have_text("+1 reprint")
    expect(fold.locator("li")).not_to_be_visible()
    fold.locator("summary").click()
    expect(fold.locator("li")).to_be_visible()
    expect(fold.locator("a")).to_have_count(0)
    # What was opened is open again when its card comes back.
    ask(page, "verdicts", 2)
    expect(fold).to_have_count(0)
    ask(page, "attack", 3)
    expect(fold.locator("li")).to_be_visible()


def test_a_source_leads_to_its_whole_article(page: Page, real: str) -> None:
    visit(page, real)
    ask(page, "Who won the World Cup final in 2022?", 1)
    with page.context.expect_page() as opened:
        page.click(".gw-card >> text=Whole article")
    article = opened.value
    article.wait_for_selector("#gw-read-title")
    title = page.inner_text(".gw-card .gw-headline >> nth=0")
    expect(article.locator("#gw-read-title")).to_have_text(title)


def test_a_conversation_is_saved_in_three_forms_and_an_answer_copied(
    page: Page, staged: str
) -> None:
    visit(page, staged)
    expect(page.locator("#gw-export")).not_to_be_visible()
    ask(page, "verdicts", 1)
    ask(page, "attack", 2)
    rows = json.loads(saved(page, "json"))
    assert [row["question"] for row in rows] == ["verdicts", "attack"]
    assert saved(page, "markdown").startswith("# Groundwire")
    html = saved(page, "html")
    assert "default-src 'none'" in html and "<script" not in html
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.click("#gw-copy")
    expect(page.locator("#gw-copy")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "[1]" in copied and "The harbour opened on Monday." in copied


def test_a_selection_shows_its_best_evidence_near_it(page: Page, real: str) -> None:
    visit(page, real)
    ask(page, "When did the fighting in Nagorno-Karabakh break out?", 1)
    page.evaluate(SELECT, ["#turn-1 .gw-sentence .gw-said", 0, 40])
    card = page.locator("#gw-evidence")
    expect(card).to_contain_text("supported by the")
    selected = page.evaluate("getSelection().toString()")
    assert selected.split()[-2] in card.locator("blockquote").first.inner_text()
    expect(card).to_be_in_viewport()
    # The selection is still there to be copied.
    assert len(selected) > 30
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()


def test_a_verdict_leads_to_its_evidence_by_key_and_back(page: Page, staged: str) -> None:
    visit(page, staged)
    ask(page, "verdicts", 1)
    verdict = page.locator("#turn-1 .gw-unsupported .gw-verdict").first
    verdict.focus()
    page.keyboard.press("Enter")
    card = page.locator("#gw-evidence")
    expect(card).to_contain_text("no passage says Markets fell.")
    expect(card).to_be_focused()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(verdict).to_be_focused()


def test_a_selection_does_not_disturb_a_running_answer(page: Page, staged: str) -> None:
    visit(page, staged)
    ask(page, "verdicts", 1)
    page.fill("#gw-box textarea", "slow verdicts")
    page.keyboard.press("Enter")
    expect(page.locator("#turn-2 .gw-unchecked")).to_be_visible()
    page.evaluate(SELECT, ["#turn-1 .gw-supported .gw-said", 0, 8])
    card = page.locator("#gw-evidence")
    expect(card).to_contain_text("supported by the")
    assert page.get_attribute("#turn-2", "data-state") == "busy"
    # Escape closes the card first, and only then stops the answer.
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    assert page.get_attribute("#turn-2", "data-state") == "busy"
    page.wait_for_selector("#turn-2[data-state=done]")
    expect(page.locator("#turn-2 .gw-sentence")).to_have_count(6)
