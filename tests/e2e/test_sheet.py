"""On a phone the source of a citation comes up as a sheet, and goes as a hand expects."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.fakes.browsing import ask, visit

ASKED = "How large is the main mirror of the Webb telescope?"


def swipe(page: Page, start: tuple[int, int], end: tuple[int, int]) -> None:
    """With a finger, in eight steps."""
    session = page.context.new_cdp_session(page)
    (x, y), (to_x, to_y) = start, end

    def send(kind: str, points: list[dict[str, float]]) -> None:
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    send("touchStart", [{"x": x, "y": y}])
    for n in range(1, 9):
        send("touchMove", [{"x": x + (to_x - x) * n / 8, "y": y + (to_y - y) * n / 8}])
    send("touchEnd", [])


def raised(page: Page, chip: Locator) -> Locator:
    chip.tap()
    sheet = page.get_by_role("dialog", name=f"Citation {chip.get_attribute('data-n')}")
    expect(sheet).to_be_visible()
    # It has come up.
    page.wait_for_function(
        "getComputedStyle(document.querySelector('.gw-sheet')).translate == '0px'"
    )
    return sheet


def test_a_tap_raises_the_source_and_four_ways_lead_back(phone: Page, staged: str) -> None:
    visit(phone, staged)
    ask(phone, "verdicts", 1)
    chip = phone.locator("#turn-1 .gw-contradicted .gw-chip")
    sheet = raised(phone, chip)
    expect(sheet).to_have_attribute("aria-modal", "true")
    mark = sheet.locator("mark[data-n='2']")
    expect(mark).to_have_text("The vote was unanimous.")
    expect(mark).to_be_focused()
    expect(mark).to_be_in_viewport(ratio=1)
    # The page keeps its ids, and stays where it is.
    assert phone.locator("#cite-2").count() == 1
    before = phone.evaluate("scrollY")
    swipe(phone, (195, 100), (195, 20))
    swipe(phone, (195, 700), (195, 300))
    assert phone.evaluate("scrollY") == before
    expect(sheet).to_be_visible()

    phone.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(chip).to_be_focused()
    raised(phone, chip)
    sheet.get_by_role("button", name="Close").tap()
    expect(sheet).to_be_hidden()
    expect(chip).to_be_focused()
    raised(phone, chip)
    phone.touchscreen.tap(195, 60)
    expect(sheet).to_be_hidden()
    raised(phone, chip)
    swipe(phone, (195, 215), (195, 250))
    expect(sheet).to_be_visible()
    swipe(phone, (195, 215), (195, 500))
    expect(sheet).to_be_hidden()
    expect(chip).to_be_focused()
    phone.keyboard.press("Enter")
    expect(sheet).to_be_visible()


def test_the_marked_sentence_is_in_view_far_down_an_article(phone: Page, real: str) -> None:
    phone.set_viewport_size({"width": 390, "height": 420})
    visit(phone, real)
    ask(phone, ASKED, 1)
    for chip in phone.locator("#turn-1 .gw-sentence .gw-chip").all():
        sheet = raised(phone, chip)
        expect(sheet.locator(f"mark[data-n='{chip.get_attribute('data-n')}']")).to_be_in_viewport()
        phone.keyboard.press("Escape")
    assert phone.evaluate("document.querySelector('.gw-sheet-body').scrollTop") > 0


def test_it_stays_while_the_answer_is_drawn_anew(phone: Page, staged: str) -> None:
    phone.emulate_media(reduced_motion="reduce")
    visit(phone, staged)
    phone.fill("#gw-box textarea", "slow verdicts")
    phone.keyboard.press("Enter")
    sheet = raised(phone, phone.locator("#turn-1 .gw-supported .gw-chip"))
    assert sheet.evaluate("(one) => getComputedStyle(one).transitionDuration") == "0s"
    expect(phone.locator("#turn-1 .gw-contradicted")).to_be_attached()
    expect(sheet.locator("mark[data-n='1']")).to_be_focused()
    phone.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    assert phone.get_attribute("#turn-1", "data-state") == "busy"
    raised(phone, phone.locator("#turn-1 .gw-supported .gw-chip"))
    phone.wait_for_selector("#turn-1[data-state=done]", state="attached")
    phone.keyboard.press("Escape")
    expect(phone.locator("#turn-1 .gw-supported .gw-chip")).to_be_focused()


def test_a_wide_window_has_the_panel_instead(page: Page, staged: str) -> None:
    visit(page, staged)
    ask(page, "verdicts", 1)
    page.locator("#turn-1 .gw-sentence .gw-chip").first.click()
    expect(page.locator("#cite-1")).to_be_focused()
    assert page.get_by_role("dialog").count() == 0
