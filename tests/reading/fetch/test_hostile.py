"""Every hostile address, through every entry that takes one: nothing is connected to."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

import httpcore2
import pytest

from rag.reading.fetch.address import Address
from rag.reading.fetch.door import connect, resolve
from rag.reading.fetch.fetcher import Fetcher
from rag.reading.reader import read_addresses, read_sources
from rag.reading.skipped import Skipped
from rag.reading.web import Web
from tests.fakes.site import Reply, Site

URLS = [
    line
    for line in (Path(__file__).with_name("hostile.txt")).read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
NAMES = {
    "news.example.com": ["93.184.215.14"],
    "inside.example.com": ["127.0.0.1"],
    "mixed.example.com": ["93.184.215.14", "10.0.0.1"],
    "mapped.example.com": ["::ffff:127.0.0.1"],
}
# The site that hands out the hostile addresses is the one place that the settings open.
HOST = "127.0.0.2"
pytestmark = pytest.mark.allow_hosts(["127.0.0.1", HOST, "::1", "localhost"])


class Sockets:
    """Counts connections. Only loopback is really connected to, so that a failing guard reaches
    the canary, and no failing guard sends anything further."""

    def __init__(self) -> None:
        self.tried: list[str] = []

    def resolve(self, host: str, port: int) -> list[Address]:
        if host in NAMES:
            return [ipaddress.ip_address(address) for address in NAMES[host]]
        # Numbers in any spelling, and localhost, are resolved without asking anybody.
        assert host == "localhost" or not host.strip("0123456789abcdefx.:"), f"{host} was looked up"
        return resolve(host, port)

    def connect(self, address: str, port: int, timeout: float) -> httpcore2.NetworkStream:
        if address != HOST:
            self.tried.append(f"{address}:{port}")
        if not ipaddress.ip_address(address).is_loopback:
            raise httpcore2.ConnectError("the tests go no further")
        return connect(address, port, timeout)


@pytest.fixture(scope="module")
def canary() -> Iterator[Site]:
    with Site() as site:
        yield site


@pytest.fixture(scope="module")
def lister() -> Iterator[Site]:
    with Site(HOST) as site:
        yield site


@pytest.fixture
def sockets() -> Sockets:
    return Sockets()


@pytest.fixture
def web(sockets: Sockets) -> Web:
    fetcher = Fetcher([f"{HOST}/32"], 10, 1, sockets.resolve, sockets.connect)
    return Web(fetcher, max_pages=200)


@pytest.fixture
def hostile(canary: Site) -> Iterator[list[str]]:
    canary.requests.clear()
    yield [url.replace("{port}", str(canary.port)) for url in URLS]
    assert canary.requests == []


def test_there_are_enough() -> None:
    assert len(set(URLS)) >= 60


def test_as_an_argument(hostile: list[str], web: Web, sockets: Sockets) -> None:
    found = list(read_sources(hostile, web))
    assert [one for one in found if not isinstance(one, Skipped)] == []
    assert len(found) == len(hostile) and sockets.tried == []


def test_in_a_list(hostile: list[str], web: Web, sockets: Sockets, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("\n".join(hostile), encoding="utf-8")
    found = list(read_addresses(tmp_path / "list.txt", web))
    assert all(isinstance(one, Skipped) for one in found)
    assert len(found) == len(hostile) and sockets.tried == []


def test_in_a_sitemap(hostile: list[str], web: Web, sockets: Sockets, lister: Site) -> None:
    pages = "".join(f"<url><loc>{escape(url)}</loc></url>" for url in hostile)
    maps = "".join(f"<sitemap><loc>{escape(url)}</loc></sitemap>" for url in hostile)
    lister.pages["/pages.xml"] = Reply(f"<urlset>{pages}</urlset>".encode())
    lister.pages["/maps.xml"] = Reply(f"<sitemapindex>{maps}</sitemapindex>".encode())
    for name in ("pages", "maps"):
        found = list(web.read(f"{lister.url}/{name}.xml"))
        assert all(isinstance(one, Skipped) for one in found) and sockets.tried == []


def test_in_a_feed(hostile: list[str], web: Web, sockets: Sockets, lister: Site) -> None:
    items = "".join(f"<item><title>t</title><link>{escape(url)}</link></item>" for url in hostile)
    lister.pages["/feed"] = Reply(f"<rss><channel>{items}</channel></rss>".encode())
    entries = "".join(f'<entry><link href="{escape(url)}"/></entry>' for url in hostile)
    lister.pages["/atom"] = Reply(f"<feed>{entries}</feed>".encode())
    for name in ("feed", "atom"):
        found = list(web.read(f"{lister.url}/{name}"))
        assert found and all(isinstance(one, Skipped) for one in found) and sockets.tried == []


def test_as_a_redirect(hostile: list[str], web: Web, sockets: Sockets, lister: Site) -> None:
    for number, url in enumerate(hostile):
        lister.pages[f"/away/{number}"] = Reply(
            status=(301, 302, 303, 307, 308)[number % 5],
            headers={"Location": url.encode().decode("latin-1")},
        )
        (found,) = web.read(f"{lister.url}/away/{number}")
        assert isinstance(found, Skipped) and sockets.tried == [], url


def test_as_canonical(hostile: list[str], web: Web, sockets: Sockets, lister: Site) -> None:
    """What a page calls itself is never fetched, and names no article of another site."""
    body = "<p>The council decided to keep the old bridge over the river open.</p>" * 5
    for number, url in enumerate(hostile):
        head = f'<link rel="canonical" href="{escape(url)}"><meta property="og:url" content="{escape(url)}">'
        lister.pages[f"/page/{number}"] = Reply(
            f"<html><head><meta charset=utf-8>{head}</head><body><article>{body}</article></body></html>".encode(),
            headers={"Content-Type": "text/html"},
        )
        (found,) = web.read(f"{lister.url}/page/{number}")
        assert not isinstance(found, Skipped) and (found.url or "").startswith(lister.url), url
    assert sockets.tried == []
