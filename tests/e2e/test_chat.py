"""The chat as a visitor has it: a real server, a real library, a real browser."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from tests.fakes.browsing import ask, served, visit
from tests.fakes.staged import StagedPipeline

WAR = "When did the fighting in Nagorno-Karabakh break out?"
CUP = "Who won the World Cup final in 2022?"
DEPOT = "How many people died in the fuel depot explosion?"
NOTHING = "What is the price of copper in Chile?"


def quotes(page: Page) -> dict[str, str]:
    """Citation number to its marked sentence in the panel."""
    return {m.get_attribute("data-n") or "": m.inner_text() for m in page.locator("mark").all()}


def test_an_answer_is_cited_and_each_chip_leads_to_its_marked_sentence(
    page: Page, real: str
) -> None:
    visit(page, real)
    expect(page.locator(".gw-masthead")).to_contain_text("Extractive")
    page.click(f'[data-ask="{WAR}"]')
    page.wait_for_selector("#turn-1[data-state=done]")
    answer = page.locator("#turn-1")
    expect(answer.locator(".gw-lead")).to_contain_text("September 27, 2020")
    expect(answer.locator(".gw-summary")).to_contain_text(
        re.compile(r"\d of \d sentences? supported · \d sources? · newest \d+ \w{3} 20\d\d")
    )
    expect(answer.locator(".gw-sentence .gw-verdict").first).to_contain_text("supported")
    chip = answer.locator(".gw-sentence .gw-chip").last
    chip.hover()
    mark = page.locator(f"#cite-{chip.get_attribute('data-n')}")
    expect(page.locator("#gw-hover")).to_contain_text(mark.inner_text())
    chip.click()
    expect(mark).to_be_in_viewport()
    expect(mark).to_be_focused()
    expect(mark).to_have_class(re.compile("gw-flash"))
    # An extractive sentence is its quote, word for word.
    said = answer.locator(".gw-sentence .gw-said").last.inner_text()
    assert " ".join(mark.inner_text().split()) in " ".join(said.split())
    page.click(".gw-why > summary")
    expect(page.locator("#why-1")).to_contain_text("passages read, best first")


def test_three_follow_ups_keep_the_numbers_of_the_citations(page: Page, real: str) -> None:
    visit(page, real)
    known: dict[str, str] = {}
    for number, question in enumerate((WAR, CUP, DEPOT, WAR), 1):
        ask(page, question, number)
        now = quotes(page)
        assert known.items() <= now.items()
        assert len(now) == page.locator("mark").count()
        known = now
    assert len(known) >= 3
    chips = [page.locator(f"#turn-{n} .gw-lead .gw-chip").get_attribute("data-n") for n in (1, 4)]
    assert chips[0] == chips[1] == "1"
    assert page.locator(".gw-turn").count() == 4
    page.locator("#turn-2 .gw-chip").first.click()
    number_of_cup = page.locator("#turn-2 .gw-chip").first.get_attribute("data-n")
    expect(page.locator(f"#cite-{number_of_cup}")).to_be_in_viewport()


def test_what_the_articles_do_not_hold_is_not_answered(page: Page, real: str) -> None:
    visit(page, real)
    ask(page, NOTHING, 1)
    expect(page.locator("#turn-1")).to_contain_text("No answer in these articles")
    expect(page.locator("#turn-1 .gw-near li").first).to_be_visible()
    assert page.locator(".gw-chip").count() == 0


def test_two_visitors_do_not_mix(page: Page, browser: Browser, real: str) -> None:
    visit(page, real)
    ask(page, WAR, 1)
    other = browser.new_context().new_page()
    visit(other, real)
    ask(other, CUP, 1)
    expect(other.locator("#turn-1")).to_contain_text("Argentina")
    ask(page, DEPOT, 2)
    expect(page.locator("#gw-main")).not_to_contain_text("Argentina")
    assert other.locator(".gw-turn").count() == 1
    other.context.close()


def test_every_verdict_is_a_word_and_a_failed_one_gives_its_reason(page: Page, staged: str) -> None:
    visit(page, staged)
    ask(page, "verdicts", 1)
    for word in ("supported", "contradicted", "unsupported", "uncited"):
        expect(page.locator(f".gw-{word} .gw-verdict").first).to_contain_text(word)
    expect(page.locator(".gw-contradicted")).to_contain_text("unanimous, not split")
    expect(page.locator("#turn-1 .gw-summary")).to_have_text(
        re.compile("1 of 5 sentences supported · 1 source · newest 9 Oct 2020")
    )


def test_the_answer_streams_and_escape_stops_it(page: Page, staged: str) -> None:
    visit(page, staged)
    page.fill("#gw-box textarea", "slow verdicts")
    page.keyboard.press("Enter")
    expect(page.locator(".gw-unchecked")).to_contain_text("checking")
    expect(page.locator(".gw-sentence.gw-supported")).to_be_visible()
    assert page.get_attribute("#turn-1", "data-state") == "busy"
    expect(page.locator("#gw-stop")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#turn-1")).to_contain_text("You stopped this answer here.")
    expect(page.locator("#gw-ask")).to_be_visible()
    ask(page, "verdicts", 2)
    expect(page.locator("#turn-2 .gw-contradicted")).to_be_visible()
    page.click("#gw-restart")
    page.wait_for_selector(".gw-welcome")
    assert page.locator(".gw-turn").count() == 0


def test_keys_lead_through_the_page(page: Page, staged: str) -> None:
    visit(page, staged)
    ask(page, "verdicts", 1)
    page.locator("#turn-1 .gw-chip").first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#turn-1 .gw-chip").nth(1)).to_be_focused()
    expect(page.locator("#gw-hover")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#gw-hover")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator("mark").first).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("#gw-box textarea")).to_be_focused()


def test_a_failure_is_one_designed_line(page: Page, staged: str) -> None:
    visit(page, staged)
    ask(page, "broken", 1)
    expect(page.locator("#turn-1 .gw-error")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("secret")
    ask(page, "endpoint", 2)
    expect(page.locator("#turn-2 .gw-error")).to_contain_text("did not answer")


def test_a_full_queue_is_said_in_the_conversation(browser: Browser) -> None:
    for url in served(StagedPipeline(concurrency=1, queue=1)):
        first, second, third = visitors = [browser.new_context().new_page() for _ in range(3)]
        for one in visitors:
            visit(one, url)
        for one, state in ((first, "busy"), (second, "busy"), (third, "error")):
            one.fill("#gw-box textarea", "slow verdicts")
            # A second Enter must not count as a second question.
            one.keyboard.press("Enter")
            one.keyboard.press("Enter")
            one.wait_for_selector(f"#turn-1[data-state={state}]")
            if one is first:
                expect(one.locator(".gw-unchecked")).to_be_visible()
        expect(third.locator("#turn-1")).to_contain_text("Too many questions are waiting")
        second.keyboard.press("Escape")
        expect(second.locator("#turn-1")).to_contain_text("You stopped this answer here.")
        first.wait_for_selector("#turn-1[data-state=done]")
        expect(first.locator("#turn-1")).to_contain_text("1 of 5 sentences supported")
        for one in visitors:
            one.context.close()
