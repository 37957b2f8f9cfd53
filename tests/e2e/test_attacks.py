"""Articles, questions, file names and model output that attack the reader stay text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt
from playwright.sync_api import Browser, Page, expect

from rag.errors import UsageError
from rag.library.sync import Summary
from rag.pipeline import Pipeline
from rag.settings import Settings
from rag.web.corpus.adding import given, refused_html
from rag.web.filters import NO_FILTERS, filters_html
from tests.fakes.attacks import ATTACKS, SIGNED, HostilePipeline
from tests.fakes.browsing import ask, served, visit

EVERY = set(range(len(ATTACKS)))
# What went wrong: markers that ran, and elements, attributes and links that no template of ours has.
AUDIT = r"""() => {
  const ours = "#gw-top, #gw-columns, #gw-hover, #gw-evidence, .gw-drawer, .gw-sheet, #gw-corpus";
  const roots = document.querySelector(ours) ? [...document.querySelectorAll(ours)] : [document.body];
  const bad = "img, image, script, iframe, object, embed, applet, base, link, meta, style, math, " +
    "video, audio, source, frame, frameset, marquee, foreignObject, animate, set, area, xss, portal, template";
  const drawn = ".html-container :is(svg, [style], [autofocus]), .gw-drawer :is(svg, [style])";
  const wrong = (window.__xss ?? []).map((n) => `attack ${n} ran`);
  for (const root of roots) {
    const found = new Set(root.querySelectorAll(`${bad}, ${drawn}`));
    for (const one of root.querySelectorAll("*")) {
      if (Element.prototype.getAttributeNames.call(one).some((name) => /^(on|srcdoc|formaction|ping|xlink:|background)/i.test(name)))
        found.add(one);
      if (one.matches("a[href]") && !/^(https?|blob):$/.test(one.protocol)) found.add(one);
    }
    wrong.push(...[...found].map((one) => one.outerHTML.slice(0, 200)));
  }
  return wrong;
}"""
SEEN = """() => {
  const fields = [...document.querySelectorAll("input, textarea, option")].map((one) => one.value);
  return document.documentElement.textContent + fields.join(" ");
}"""
# Everything that opens where a hand points: each card of a chip, each fold.
TOUR = """() => {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  return [...document.querySelectorAll("#turn-1 .gw-sentence .gw-chip")].map((chip) => {
    chip.dispatchEvent(new MouseEvent("mouseover", { bubbles: true }));
    return document.querySelector("#gw-hover").textContent;
  }).join(" ");
}"""
SHEETS = """() => [...document.querySelectorAll("#turn-1 .gw-sentence .gw-chip")].map((chip) => {
  chip.click();
  const sheet = document.querySelector(".gw-sheet");
  const text = sheet.textContent;
  sheet.close();
  return text;
}).join(" ")"""


def shown(text: str) -> set[int]:
    """The numbers of the attacks whose end stands in the text."""
    return {int(number) for number in re.findall(r"¶(\d+)¶", text)}


def harmless(page: Page, expected: Iterable[int] = EVERY, text: str | None = None) -> None:
    """Every expected attack is on the page, and none is more than text."""
    seen = shown(page.evaluate(SEEN) if text is None else text)
    assert set(expected) - seen == set()
    assert page.evaluate(AUDIT) == []


@pytest.fixture
def watched(page: Page) -> Page:
    page.add_init_script("window.__xss = []")
    return page


@pytest.fixture(scope="module")
def hostile(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    yield from served(HostilePipeline(library=tmp_path_factory.mktemp("hostile")))


def test_the_attacks_work_where_nothing_is_escaped(browser: Browser) -> None:
    """Else the tests below would prove nothing."""
    context = browser.new_context()
    context.route("**/*", lambda route: route.abort())
    page = context.new_page()
    page.set_content("<p></p>")
    page.evaluate("window.__xss = []")
    # A refresh would lead away from the page.
    for text in (one for one in ATTACKS if "refresh" not in one):
        page.evaluate("(html) => document.body.insertAdjacentHTML('beforeend', html)", text)
    page.wait_for_function("window.__xss.length > 30")
    assert len(page.evaluate(AUDIT)) > 100
    context.close()


def test_an_answer_of_attacks_stays_text_wherever_it_is_shown(watched: Page, hostile: str) -> None:
    page = watched
    visit(page, hostile)
    ask(page, f"hostile {SIGNED[0]}", 1)
    page.wait_for_selector(".gw-ahead")
    harmless(page)
    harmless(page, text=page.evaluate(TOUR))
    page.locator("#turn-1 [data-evidence]").first.click()
    expect(page.locator("#gw-evidence")).to_contain_text("¶0¶")
    harmless(page, text=page.inner_text("#gw-evidence"))
    page.keyboard.press("Escape")
    page.locator("#gw-narrow").evaluate("(fold) => (fold.open = true)")
    page.fill("#gw-narrow [name=outlet]", f"{SIGNED[9]}?")
    page.click("#gw-narrow [data-act=filter]")
    expect(page.locator(".gw-complaint")).to_contain_text("¶9¶")
    harmless(page)
    page.click("#turn-1 [data-value=down]")
    page.fill("#gw-comment-1", " ".join(SIGNED)[:2000])
    page.click("#turn-1 [data-act=comment]")
    expect(page.locator(".gw-opinion-told")).to_contain_text("kept")
    harmless(page)
    page.set_viewport_size({"width": 390, "height": 844})
    harmless(page, text=page.evaluate(SHEETS))
    ask(page, "endpoint", 2)
    harmless(page, text=page.inner_text("#turn-2"))


def test_a_kept_conversation_of_attacks_stays_text(watched: Page, hostile: str) -> None:
    page = watched
    visit(page, hostile)
    ask(page, "hostile", 1)
    page.wait_for_function("localStorage['groundwire.conversations']")
    page.evaluate(
        """(titles) => {
          const [kept] = JSON.parse(localStorage["groundwire.conversations"]);
          const record = JSON.parse(kept.record);
          record.filters.outlets = record.filters.topics = titles;
          kept.record = JSON.stringify(record);
          const all = titles.map((title, n) => ({ key: "k" + n, title, record: n ? "{}" : kept.record, at: n }));
          localStorage["groundwire.conversations"] = JSON.stringify(all);
        }""",
        list(SIGNED),
    )
    visit(page, hostile)
    page.click("[data-drawer]")
    harmless(page, text=page.inner_text(".gw-drawer"))
    page.locator(".gw-kept-title").first.click()
    page.wait_for_selector("#turn-1")
    expect(page.locator("#gw-tools .gw-x")).to_have_count(2 * len(ATTACKS))
    harmless(page)


def test_what_is_taken_along_is_text(watched: Page, hostile: str) -> None:
    page = watched
    visit(page, hostile)
    ask(page, "hostile", 1)
    files = {}
    for form in ("html", "markdown"):
        with page.expect_download() as download:
            page.click(f"#gw-export-{form}")
        files[form] = Path(download.value.path()).read_text(encoding="utf-8")
    # Without the policy that the file brings, only the escaping is left.
    policy = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
    html, count = policy.subn("", files["html"])
    assert count == 1
    rendered = MarkdownIt("commonmark", {"html": True}).render(files["markdown"])
    page.goto("about:blank")
    for made in (re.sub(r"(?s)^.*?<body>|</body>.*$", "", html), rendered):
        page.set_content(made)
        harmless(page)


def complaints() -> Iterator[str]:
    """What is said of each attack where it is typed for a day, an outlet, a topic or an address."""
    for text in SIGNED:
        for form in ({"until": text}, {"outlet": f"{text}?"}, {"topic": f"{text}?"}):
            with pytest.raises(UsageError) as refused:
                NO_FILTERS.with_form(form, SIGNED, SIGNED)
            yield filters_html(NO_FILTERS, (), complaint=str(refused.value))
        with pytest.raises(UsageError) as refused:
            given([], text.replace("://", ":"), 20)
        yield refused_html(refused.value)


def test_what_is_complained_of_stays_text(watched: Page) -> None:
    made = "".join(complaints())
    watched.goto("about:blank")
    watched.set_content(f'<div class="html-container">{made}</div>')
    expect(watched.locator("[role=alert]")).to_have_count(4 * len(ATTACKS))
    harmless(watched)


@pytest.fixture
def attacked(browser: Browser, fill: Callable[..., tuple[Settings, Summary]]) -> Iterator[str]:
    """A library of attacks: five in each article, all of them in one."""
    groups = [SIGNED[at : at + 5] for at in range(0, len(SIGNED), 5)] + [SIGNED]
    files = {}
    for number, group in enumerate(groups):
        fields = dict.fromkeys(("title", "outlet", "author", "dek"), " ".join(group[:5]))
        fields["url"] = f"{ATTACKS[number * 4 % len(ATTACKS)]}" if number % 2 else "javascript:1"
        if group is SIGNED:
            fields["id"] = "all"
        front = "\n".join(
            f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items()
        )
        name = re.sub(
            r"[/\x00]", " ", f"{number} {group[-1]}".encode()[:120].decode(errors="ignore")
        )
        said = "The harbour of Varna opened on Monday after a storm of eleven days."
        # A file that holds a zero is taken for no text at all; comments and notes are left out.
        body = f"{said} Story {number}. {' '.join(group)}"
        body = body.replace("\x00", "").replace("<!--", "<! --").replace("\n", " ")
        files[f"{name}.md"] = f"---\n{front}\n---\n{body}\n"
    settings, summary = fill(files, port=0, upload_max_files=200)
    assert (summary.added, summary.skipped) == (len(groups), [])
    pipeline = Pipeline(settings)
    yield from served(pipeline)
    pipeline.close()


def test_a_library_of_attacks_stays_text(attacked: str, watched: Page) -> None:
    page = watched
    visit(page, attacked)
    ask(page, f"When did the harbour of Varna open? {ATTACKS[9]}", 1)
    expect(page.locator("#turn-1")).to_contain_text("The harbour of Varna opened on Monday")
    harmless(page, ())
    told = ""
    for query in ("", "?page=2"):
        page.goto(f"{attacked}/articles{query}")
        page.wait_for_selector("#gw-shelf [data-here]")
        told += page.evaluate(SEEN)
        harmless(page, ())
    assert shown(told) == EVERY
    page.goto(f"{attacked}/articles?id=all")
    page.wait_for_selector("#gw-read-title")
    harmless(page, text=page.inner_text(".gw-body"))
    upload(page)


def upload(page: Page) -> None:
    files: list[Any] = [
        {"name": f"{text}.md", "mimeType": "text/markdown", "buffer": b""} for text in SIGNED
    ]
    page.set_input_files("#gw-drop input[type=file]", files)
    expect(page.locator("#gw-drop .file")).to_have_count(len(files))
    page.click("#gw-add")
    done = page.locator("#gw-told .gw-job-done")
    expect(done).to_contain_text(f"{len(files)} skipped")
    harmless(page, ())
    # Addresses that attack, and what is none.
    lines = [" ".join(f"https://127.0.0.1:1/{text}".splitlines()) for text in SIGNED]
    page.fill("#gw-addresses textarea", "\n".join(lines))
    page.click("#gw-add")
    expect(done).to_contain_text("https://127.0.0.1:1/")
    harmless(page, ())
    page.fill("#gw-addresses textarea", SIGNED[9])
    page.click("#gw-add")
    expect(page.locator("#gw-told .gw-error")).to_contain_text("¶9¶")
    harmless(page, ())
