"""The articles in the page: found, read, brought in and taken out by a visitor's own hands."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import gradio.utils
import pytest
from playwright.sync_api import Browser, Page, expect

from rag.library.lock import writer_lock
from rag.pipeline import Pipeline
from rag.settings import Settings
from tests.fakes.browsing import PAYLOAD, ask, served, visit
from tests.fakes.site import Reply, Site

HARBOUR = "2021-03-02-harbour.md"
STORY = (
    "---\ntitle: Varna opens its harbour\noutlet: Northern Wire\npublished: 2021-03-02\n---\n"
    "The harbour of Varna opened on Monday after a storm of eleven days.\n"
)


@contextmanager
def opened(library: Path, **settings: Any) -> Iterator[str]:
    pipeline = Pipeline(Settings(library=library, port=0, **settings))
    yield from served(pipeline)
    pipeline.close()


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory, corpus_library: Path) -> Path:
    """A copy of the library that these tests may write to."""
    folder = tmp_path_factory.mktemp("own") / "library"
    shutil.copytree(corpus_library, folder)
    return folder


@pytest.fixture(scope="module")
def url(browser: Browser, own: Path) -> Iterator[str]:
    with opened(own, fetch_allow=("127.0.0.1",)) as url:
        yield url


def shelf(page: Page, url: str, query: str = "") -> None:
    page.goto(f"{url}/articles{query}")
    page.wait_for_selector("#gw-shelf [data-here]")
    page.wait_for_function("typeof window.gwGo === 'function'")


def send(page: Page, files: list[dict[str, Any]] | None = None, lines: str = "") -> str:
    """Give it to the page; what is said at the end."""
    if files:
        page.set_input_files("#gw-drop input[type=file]", files)  # type: ignore[arg-type]
        expect(page.locator("#gw-drop .file")).to_have_count(len(files))
    page.fill("#gw-addresses textarea", lines)
    for old in page.locator("#gw-told :is(.gw-job-done, .gw-error)").all():
        old.evaluate("(old) => old.setAttribute('data-old', '')")
    page.click("#gw-add")
    expect(page.locator("#gw-told :is(.gw-job-done, .gw-error):not([data-old])")).to_be_visible()
    return page.inner_text("#gw-told")


def file(name: str, text: str) -> dict[str, Any]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": text.encode()}


def test_articles_are_found_by_words_outlet_and_month_and_read_in_full(
    page: Page, url: str
) -> None:
    page.goto(url)
    page.click(".gw-nav >> text=Articles")
    expect(page.locator(".gw-lines > li")).to_have_count(25)
    expect(page.locator(".gw-count")).to_have_text(re.compile("40 articles · 1 to 25"))
    page.click(".gw-pages >> text=Older")
    expect(page.locator(".gw-lines > li")).to_have_count(15)
    assert page.url.endswith("articles?page=2")
    page.fill("#gw-words", "Argentina final")
    page.keyboard.press("Enter")
    expect(page.locator(".gw-lines .gw-headline").first).to_contain_text("Argentina")
    expect(page.locator("#gw-words")).to_be_focused()
    page.locator(".gw-line").first.click()
    expect(page.locator("#gw-read-title")).to_be_focused()
    expect(page.locator(".gw-bound").first).to_be_hidden()
    page.check("#gw-bounds")
    expect(page.locator(".gw-bound").first).to_have_text("Passage 1")
    page.go_back()
    expect(page.locator("#gw-words")).to_have_value("Argentina final")
    page.select_option("#gw-outlet", index=1)
    page.wait_for_url(re.compile("outlet="))


def test_the_bars_filter_the_list_by_hand_and_by_key(page: Page, url: str) -> None:
    shelf(page, url)
    page.locator(".gw-bar").last.click()
    page.wait_for_url(re.compile(r"when=\d{4}$"))
    expect(page.locator(".gw-time-said")).to_contain_text("Articles a month")
    page.locator(".gw-bar[tabindex='0']").focus()
    page.keyboard.press("Home")
    label = page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"when=\d{4}-\d{2}"))
    count = int(label.split(": ")[1].split()[0])
    expect(page.locator(".gw-lines > li")).to_have_count(count)
    expect(page.locator(".gw-bar[aria-current]")).to_have_attribute("aria-label", label)


def test_a_file_comes_in_once_is_answered_from_and_goes_out_again(page: Page, url: str) -> None:
    question = "When did the harbour of Varna open?"
    visit(page, url)
    ask(page, question, 1)
    expect(page.locator("#turn-1")).to_contain_text("No answer in these articles")
    shelf(page, url)
    expect(page.locator("#gw-add")).to_have_text("Add to the library")
    assert "1 added" in send(page, [file(HARBOUR, STORY)])
    expect(page.locator(".gw-count")).to_contain_text("41 articles")
    expect(page.locator(".gw-status")).to_contain_text("41 articles")
    assert "1 unchanged" in send(page, [file(HARBOUR, STORY)])
    visit(page, url)
    ask(page, question, 1)
    expect(page.locator("#turn-1")).to_contain_text("opened on Monday")

    shelf(page, url, "?q=varna")
    page.locator(".gw-line").click()
    expect(page.locator("[data-remove]")).to_be_hidden()
    page.click(".gw-remove summary")
    page.click("[data-remove]")
    expect(page.locator(".gw-notice")).to_have_text("Removed: Varna opens its harbour")
    assert page.url.endswith("articles?q=varna")
    expect(page.locator(".gw-status")).to_contain_text("40 articles")
    visit(page, url)
    ask(page, question, 1)
    expect(page.locator("#turn-1")).to_contain_text("No answer in these articles")


def test_another_writer_is_said_in_one_line(page: Page, url: str, own: Path) -> None:
    shelf(page, url)
    title = page.locator(".gw-headline").first.inner_text()
    page.locator(".gw-line").first.click()
    page.click(".gw-remove summary")
    with writer_lock(own):
        page.click("[data-remove]")
        expect(page.locator(".gw-error")).to_contain_text("Another writer is at work")
        assert "Another writer is at work" in send(page, [file(HARBOUR, STORY)])
    expect(page.locator("#gw-read-title")).to_have_text(title)


def test_an_address_right_after_many_files_comes_in(page: Page, url: str) -> None:
    """After a refusal Gradio put a file part of its own in the place of ours: a 500 for the next."""
    many = [file(f"sulina-{n}.md", f"Pilot boat {n} of Sulina left at dawn.\n") for n in range(21)]
    words = "<p>The harbour of Constanta waited for grain, officials said.</p>" * 3
    with Site() as site:
        for n in range(2):
            body = f"<html><title>Constanta {n}</title><body><article>{words}{n}</article>"
            site.pages[f"/{n}"] = Reply(body.encode(), headers={"Content-Type": "text/html"})
        shelf(page, url)
        send(page, many)
        page.locator("#gw-drop").get_by_label("Remove this file").last.click()
        expect(page.locator("#gw-drop .file")).to_have_count(20)
        assert page.inner_text("#gw-told") == "21 files are too many at once: 20 are the most."
        page.click("#gw-add")
        expect(page.locator("#gw-told .gw-job-done")).to_contain_text("20 added")
        expect(page.locator("#gw-drop .file")).to_have_count(0)
        assert "1 added" in send(page, lines=f"{site.url}/0")
        assert "no address" in send(page, lines="harbour")
        expect(page.locator("#gw-addresses textarea")).to_have_value("harbour")
        assert "1 added" in send(page, lines=f"{site.url}/1")
        expect(page.locator("#gw-addresses textarea")).to_have_value("")


def test_an_ingest_stops_at_an_article_and_everyone_sees_it(page: Page, url: str) -> None:
    words = "<p>The harbour of Burgas stayed closed for another week, officials said.</p>" * 3
    with Site() as site:
        for n in range(40):
            body = f"<html><title>Burgas {n}</title><body><article>{words}{n}</article>".encode()
            site.pages[f"/{n}"] = Reply(body, headers={"Content-Type": "text/html"}, drip=0.002)
        shelf(page, url)
        page.fill("#gw-addresses textarea", "\n".join(f"{site.url}/{n}" for n in range(40)))
        page.click("#gw-add")
        expect(page.locator("#gw-told")).to_contain_text("read")
        other = page.context.new_page()
        shelf(other, url)
        other.click("#gw-add-stop")
        expect(page.locator(".gw-job-done")).to_contain_text("Stopped.")
        expect(page.locator("#gw-add")).to_be_visible()
        assert 0 < len(site.requests) < 40


def test_a_hostile_file_stays_text_and_leaves_nothing_behind(page: Page, url: str) -> None:
    before = set(Path(gradio.utils.get_upload_folder()).rglob("*"))
    text = (
        f"---\ntitle: '{PAYLOAD}'\noutlet: '{PAYLOAD}'\nurl: 'javascript:window.hit=1'\n"
        f"dek: '{PAYLOAD}'\n---\nKeelung lies in the north. {PAYLOAD}\n"
    )
    names = ["../../../etc/passwd.md", "<img src=x onerror=window.hit=1>.md", "$(id);`id`.txt"]
    shelf(page, url)
    told = send(page, [file(names[0], text), *(file(name, "x") for name in names[1:])])
    assert "1 added" in told
    assert "/" not in re.sub(r"and \d more", "", told).replace("1/", "")
    shelf(page, url, "?q=Keelung")
    expect(page.locator(".gw-line")).to_contain_text("onerror")
    page.locator(".gw-line").click()
    expect(page.locator(".gw-body")).to_contain_text("onerror")
    assert page.locator(".gw-tools a").count() == 0
    assert page.evaluate("window.hit") is None
    assert page.locator("#gw-corpus :is(#gw-shelf, #gw-told) :is(img, script, svg)").count() == 0
    assert set(Path(gradio.utils.get_upload_folder()).rglob("*")) <= before


def test_a_page_that_only_reads_has_no_way_to_write(page: Page, own: Path) -> None:
    with opened(own, corpus_page="read") as url:
        shelf(page, url)
        page.locator(".gw-line").first.click()
        page.wait_for_selector("#gw-read-title")
        assert page.locator(".gw-remove, #gw-adding").count() == 0
        page.goto("about:blank")
    with opened(own, corpus_page="off") as url:
        visit(page, url)
        assert page.locator(".gw-nav").count() == 0
        page.goto("about:blank")
