"""How soon the page is there and answers: `python -m benchmarks.paint [--rounds 5] [--library DIR]`.

A server process over the shipped corpus, or over a library of news_qa/articles.jsonl.gz, and Chromium
on the same machine, which share its cores. Each round is a visitor with an empty cache and a
question of their own. Needs the packages of `.[dev]` and Debian's chromium.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.data import rows
from benchmarks.load import server, shipped_library, shipped_questions

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Runs before the page's own scripts. Looks once a frame, as what is drawn is drawn in frames.
_WATCH = """
window.seen = {};
const look = () => {
  const at = performance.now();
  const box = document.querySelector("#gw-box textarea");
  if (box && !box.disabled && box.getClientRects().length) seen.box ??= at;
  if (seen.enter && document.querySelector("#gw-live .gw-turn .gw-sentence:not(.gw-unchecked)"))
    seen.sentence ??= at;
  requestAnimationFrame(look);
};
look();
addEventListener("keydown", ({ key }) => key === "Enter" && (seen.enter ??= performance.now()), true);
"""
_TIMES = """() => [
  performance.getEntriesByName("first-contentful-paint")[0].startTime,
  seen.box,
  seen.sentence - seen.enter,
]"""
_NAMES = ("first contentful paint", "the box takes input", "from Enter to the first sentence")


def visit(browser: Browser, url: str, question: str) -> list[float]:
    """Seconds, in the order of _NAMES."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.add_init_script(_WATCH)
    page.goto(url)
    page.wait_for_function("window.seen.box")
    page.fill("#gw-box textarea", question)
    page.keyboard.press("Enter")
    page.wait_for_function("window.seen.sentence")
    times: list[float] = page.evaluate(_TIMES)
    context.close()
    return [time / 1000 for time in times]


def main() -> None:
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--library", type=Path, help="a library of news_qa/articles.jsonl.gz")
    options = parser.parse_args()
    chromium = shutil.which("chromium") or "/usr/bin/chromium"
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        if options.library:
            library = options.library
            questions = [row["question"] for row in rows("news_qa/questions.jsonl")]
        else:
            library, questions = shipped_library(Path(folder)), shipped_questions()
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        with server(library) as url:
            asked = questions[: options.rounds]
            times = np.array([visit(browser, url, question) for question in asked])
        browser.close()
    print(f"{len(asked)} visits, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    print("| seconds | p50 | max |\n|---|---|---|")
    for name, column in zip(_NAMES, times.T, strict=True):
        print(f"| {name} | {np.median(column):.2f} | {column.max():.2f} |")


if __name__ == "__main__":
    main()
