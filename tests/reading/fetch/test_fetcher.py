from __future__ import annotations

import gzip
import ipaddress
import ssl
from collections.abc import Iterator
from typing import Any

import httpcore2
import pytest

from rag.errors import FetchError
from rag.reading.fetch.address import Address, Allowed, refusal
from rag.reading.fetch.door import connect
from rag.reading.fetch.fetcher import Fetcher
from rag.reading.fetch.target import parse_target
from tests.fakes.site import Reply, Site


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        yield site


@pytest.fixture
def fetcher() -> Fetcher:
    return Fetcher(["127.0.0.1"], timeout=5, max_mb=1)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07::1", True),
        ("64:ff9b::5db8:d70e", True),
        ("64:ff9b::a00:1", False),
        ("::ffff:10.0.0.1", False),
        ("100.64.0.1", False),
        ("192.88.99.1", False),
        ("192.0.0.192", False),
        ("2002:5db8:d70e::1", False),
        ("fec0::1", False),
        ("0.0.0.0", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert (refusal(ipaddress.ip_address(address)) is None) is public


def test_the_checked_address_is_the_one_connected_to(site: Site) -> None:
    """DNS that answers differently the second time is never asked a second time."""
    answers = iter(["93.184.215.14", "127.0.0.1"])
    asked: list[str] = []
    reached: list[str] = []

    def rebind(host: str, port: int) -> list[Address]:
        asked.append(host)
        return [ipaddress.ip_address(next(answers))]

    def refuse(address: str, port: int, timeout: float) -> httpcore2.NetworkStream:
        reached.append(address)
        raise httpcore2.ConnectError("refused")

    with pytest.raises(FetchError, match="cannot be reached"):
        Fetcher(resolve=rebind, connect=refuse).get("http://rebind.example.com/")
    assert (asked, reached) == (["rebind.example.com"], ["93.184.215.14"])
    # The second answer, at the next fetch, is checked like the first.
    with pytest.raises(FetchError, match="loopback"):
        Fetcher(resolve=rebind, connect=refuse).get("http://rebind.example.com/")
    assert reached == ["93.184.215.14"]


def test_tls_asks_for_the_name_and_not_the_address() -> None:
    asked: list[Any] = []

    class Stream(httpcore2.NetworkStream):
        def start_tls(
            self,
            ssl_context: ssl.SSLContext,
            server_hostname: str | None = None,
            timeout: float | None = None,
        ) -> httpcore2.NetworkStream:
            asked.append((server_hostname, ssl_context.verify_mode, ssl_context.check_hostname))
            raise httpcore2.ConnectError("enough")

        def close(self) -> None:
            pass

    fetcher = Fetcher(
        resolve=lambda host, port: [ipaddress.ip_address("93.184.215.14")],
        connect=lambda address, port, timeout: Stream(),
    )
    with pytest.raises(FetchError, match="enough"):
        fetcher.get("https://news.example.com/")
    assert asked == [("news.example.com", ssl.CERT_REQUIRED, True)]


def test_proxies_of_the_environment_are_not_used(
    site: Site, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    site.pages["/a"] = Reply(b"here")
    assert fetcher.get(f"{site.url}/a").data == b"here"


def test_redirects_are_followed_and_counted(site: Site, fetcher: Fetcher) -> None:
    site.pages["/a"] = Reply(status=301, headers={"Location": "b?x=1"})
    site.pages["/b?x=1"] = Reply(b"here", headers={"Content-Type": "text/html; charset=latin-1"})
    found = fetcher.get(f"{site.url}/a")
    assert (found.url, found.data, found.media) == (f"{site.url}/b?x=1", b"here", "text/html")
    assert found.charset == "latin-1"
    site.pages["/loop"] = Reply(status=302, headers={"Location": "/loop"})
    with pytest.raises(FetchError, match="more than 5 times"):
        fetcher.get(f"{site.url}/loop")
    assert site.paths().count("/loop") == 6


def test_size_is_limited_also_after_unpacking(site: Site, fetcher: Fetcher) -> None:
    site.pages["/big"] = Reply(b"x" * 1_100_000)
    bomb = gzip.compress(b"\0" * 20_000_000)
    site.pages["/bomb"] = Reply(bomb, headers={"Content-Encoding": "gzip"})
    site.pages["/twice"] = Reply(bomb, headers={"Content-Encoding": "gzip, gzip"})
    site.pages["/small"] = Reply(gzip.compress(b"text"), headers={"Content-Encoding": "gzip"})
    for path in ("/big", "/bomb"):
        with pytest.raises(FetchError, match="larger than 1 MB"):
            fetcher.get(site.url + path)
    with pytest.raises(FetchError, match="not as asked for"):
        fetcher.get(f"{site.url}/twice")
    assert fetcher.get(f"{site.url}/small").data == b"text"


def test_drips_end_at_the_deadline(site: Site) -> None:
    site.pages["/drip"] = Reply(b"x" * 1000, drip=0.05)
    with pytest.raises(FetchError, match=r"longer than 0\.5 s"):
        Fetcher(["127.0.0.1"], timeout=0.5).get(f"{site.url}/drip")


def test_status_and_dead_ports_are_one_line(site: Site, fetcher: Fetcher) -> None:
    with pytest.raises(FetchError, match="answered 404") as caught:
        fetcher.get(f"{site.url}/none")
    assert caught.value.status == 404
    with pytest.raises(FetchError, match="cannot be reached"):
        fetcher.get("http://127.0.0.1:1/")


def test_what_is_opened_by_hand() -> None:
    allowed = Allowed.parse(["wiki.lan", "10.1.0.0/16"])
    assert parse_target("http://wiki.lan:9000/a", allowed).port == 9000
    assert parse_target("http://10.1.2.3:9000/a", allowed).host == "10.1.2.3"
    for url in ("http://other.lan/", "http://news.example.com:9000/"):
        with pytest.raises(FetchError, match="RAG_FETCH_ALLOW"):
            parse_target(url, allowed)


def test_a_name_is_opened_but_not_its_neighbour(site: Site) -> None:
    def inside(host: str, port: int) -> list[Address]:
        return [ipaddress.ip_address("127.0.0.1")]

    site.pages["/a"] = Reply(b"here")
    fetcher = Fetcher(["wiki.example.com"], 5, 1, inside, connect)
    assert fetcher.get(f"http://wiki.example.com:{site.port}/a").data == b"here"
    with pytest.raises(FetchError, match="is loopback"):
        fetcher.get("http://mail.example.com/")


def test_addresses_are_written_for_the_wire() -> None:
    target = parse_target("HTTPS://Zeitung.example/ä b".replace(" ", "%20") + "?q=ö#x", Allowed())
    assert target.url == "https://zeitung.example/%C3%A4%20b?q=%C3%B6"
