from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from rag.reading.fetch.fetcher import Fetcher
from rag.reading.fetch.remembered import Remembered
from rag.reading.reader import read_addresses, read_sources
from rag.reading.skipped import Skipped
from rag.reading.web import Web
from rag.types import Article
from tests.fakes.site import Reply, Site

TEXT = "<p>The council decided on Monday to keep the old bridge over the river open.</p>" * 5


def page(head: str = "", text: str = TEXT) -> Reply:
    whole = f"<html><head>{head}</head><body><article>{text}</article></body></html>"
    return Reply(whole.encode(), headers={"Content-Type": "text/html; charset=utf-8"})


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        yield site


@pytest.fixture
def web() -> Web:
    return Web(Fetcher(["127.0.0.1"], 10), max_pages=4)


def articles(found: list[Article | Skipped]) -> list[Article]:
    return [one for one in found if isinstance(one, Article)]


def reasons(found: list[Article | Skipped]) -> list[str]:
    return [f"{one.source} {one.reason}" for one in found if isinstance(one, Skipped)]


def test_a_page_is_called_by_its_own_address(site: Site, web: Web) -> None:
    site.pages["/a?utm=1"] = page('<link rel="canonical" href="/a"><title>Bridge stays</title>')
    (found,) = read_sources([f"{site.url}/a?utm=1"], web)
    assert isinstance(found, Article)
    assert (found.url, found.id, found.title) == (f"{site.url}/a", "127.0.0.1/a", "Bridge stays")
    assert found.published is None


def test_a_page_cannot_take_the_place_of_another_site(site: Site, web: Web) -> None:
    site.pages["/a"] = page('<link rel="canonical" href="https://news.example.com/scoop">')
    (found,) = read_sources([f"{site.url}/a"], web)
    assert isinstance(found, Article) and found.id == "127.0.0.1/a"


def test_a_feed_gives_the_pages_that_it_links(site: Site, web: Web) -> None:
    site.pages["/one"] = page("<title>One</title>")
    site.pages["/feed.xml"] = Reply(
        b'<?xml version="1.0"?><rss xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        b"<title>Northern Wire</title>"
        b"<item><title>One of two</title><link>/one</link><dc:creator>World desk</dc:creator>"
        b"<pubDate>Tue, 04 May 2021 08:00:00 +0000</pubDate><description>Short.</description></item>"
        b"<item><title>Gone</title><link>/gone</link></item>"
        b"<item><title>Whole</title><link>/whole</link><description><![CDATA["
        + TEXT.encode() * 4
        + b"]]></description></item></channel></rss>"
    )
    found = list(read_sources([f"{site.url}/feed.xml"], web))
    first, whole = articles(found)
    assert (first.published, first.outlet) == (date(2021, 5, 4), "Northern Wire")
    assert first.author == "World desk" and "council decided" in first.text
    assert whole.title == "Whole" and whole.url == f"{site.url}/whole"
    assert any("/gone" in reason and "404" in reason for reason in reasons(found))
    assert "/whole" not in site.paths()


def test_a_saved_feed_is_read_without_fetching(tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_text(
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Northern Wire</title><entry>'
        '<title type="html">Fire &amp;amp; water</title><link href="https://news.example.com/fire"/>'
        "<author><name>World desk</name></author><published>2021-05-04T08:00:00Z</published>"
        "<updated>2023-01-01T00:00:00Z</updated><category term='weather'/>"
        "<content type='html'>&lt;p>The fire went out.&lt;/p>&lt;p>Rain fell on it.&lt;/p></content>"
        "</entry></feed>"
    )
    (article,) = articles(list(read_sources([tmp_path / "feed.xml"])))
    assert (article.title, article.author) == ("Fire & water", "World desk")
    assert (article.published, article.topics) == (date(2021, 5, 4), ("weather",))
    assert (article.id, article.outlet) == ("news.example.com/fire", "Northern Wire")
    assert article.text == "The fire went out.\n\nRain fell on it."


def test_a_sitemap_respects_robots_and_the_limit(site: Site, web: Web) -> None:
    site.pages["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /private\n")
    for number in range(6):
        site.pages[f"/{number}"] = page(text=TEXT + f"<p>Story {number} ends here.</p>")
    site.pages["/private"] = page()
    inner = "".join(f"<url><loc>{site.url}/{n}</loc></url>" for n in ("private", *range(6)))
    site.pages["/pages.xml.gz"] = Reply(gzip.compress(f"<urlset>{inner}</urlset>".encode()))
    site.pages["/sitemap.xml"] = Reply(
        f"<sitemapindex><sitemap><loc>{site.url}/pages.xml.gz</loc></sitemap></sitemapindex>".encode()
    )
    found = list(read_sources([f"{site.url}/sitemap.xml"], web))
    assert len(articles(found)) == 3 and "/private" not in site.paths()
    assert "robots.txt" in reasons(found)[0] and "more than 4 pages" in reasons(found)[-1]
    assert site.paths().count("/robots.txt") == 1


def test_a_site_whose_robots_cannot_be_had_is_left_alone(site: Site, web: Web) -> None:
    site.pages["/robots.txt"] = Reply(status=503)
    site.pages["/map"] = Reply(f"<urlset><url><loc>{site.url}/a</loc></url></urlset>".encode())
    found = list(read_sources([f"{site.url}/map"], web))
    assert "robots.txt" in reasons(found)[0] and "/a" not in site.paths()


def test_a_list_of_addresses(site: Site, web: Web, tmp_path: Path) -> None:
    site.pages["/a"] = page()
    (tmp_path / "list.txt").write_text(f"# ours\n\n{site.url}/a\nnot-an-address\n/etc/passwd\n")
    found = list(read_addresses(tmp_path / "list.txt", web))
    assert len(articles(found)) == 1
    assert [reason.split()[0][-1] for reason in reasons(found)] == ["4", "5"]


def test_other_documents(site: Site, web: Web) -> None:
    site.pages["/plain"] = Reply(
        b"Bridge stays open\n\nThe council decided on Monday to keep it.",
        headers={"Content-Type": "text/plain"},
    )
    site.pages["/film"] = Reply(b"\0\0", headers={"Content-Type": "video/mp4"})
    found = list(read_sources([f"{site.url}/plain", f"{site.url}/film"], web))
    assert articles(found)[0].title == "Bridge stays open"
    assert "video/mp4" in reasons(found)[0]


def test_nothing_is_fetched_without_a_web() -> None:
    (found,) = read_sources(["https://news.example.com/"])
    assert isinstance(found, Skipped) and "not fetched" in found.reason


def test_a_refresh_asks_only_for_what_changed(site: Site, tmp_path: Path) -> None:
    def tagged(headers: dict[str, str]) -> Reply:
        if headers.get("if-none-match") == '"v1"':
            return Reply(status=304)
        whole = page()
        return Reply(whole.body, headers={**whole.headers, "ETag": '"v1"'})

    site.pages["/a"] = tagged
    fetcher = Fetcher(["127.0.0.1"], 10)
    library: dict[str, Article] = {}

    def read() -> Article:
        remembered = Remembered(tmp_path, library.get)
        (found,) = Web(fetcher, remembered=remembered).read(f"{site.url}/a")
        remembered.keep()
        assert isinstance(found, Article)
        return found

    def asked() -> str | None:
        return site.requests[-1][1].get("if-none-match")

    first = read()
    # It never reached the library: the page is asked for in full.
    assert (read(), asked()) == (first, None)
    library[first.id] = first
    assert (read(), asked()) == (first, '"v1"')
    # Another text stands in the library: in full again.
    library[first.id] = Article(first.id, "Other", "Other text.")
    assert (read(), asked()) == (first, None)
    (tmp_path / "fetched.json").write_text('["damaged"]')
    assert (read(), asked()) == (first, None)
