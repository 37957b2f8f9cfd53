"""One document from the web, within limits. No cookies, no proxies of the environment, no scripts."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

import httpcore2

from rag.errors import FetchError
from rag.reading.fetch.address import Allowed
from rag.reading.fetch.door import Connect, Deadline, Door, Resolve, connect, resolve
from rag.reading.fetch.target import Target, parse_target
from rag.reading.names import printable

AGENT = "groundwire"
_HEADERS = {
    "User-Agent": AGENT,
    "Accept": "text/html, application/xml;q=0.9, */*;q=0.5",
    "Accept-Encoding": "gzip",
    "Connection": "close",
}
_REDIRECTS = 5
_MOVED = frozenset((301, 302, 303, 307, 308))
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w-]{2,30})", re.I)


@dataclass(frozen=True, slots=True)
class Fetched:
    """`url` is where it was found after redirects. `data` is empty where nothing has changed."""

    url: str
    data: bytes = b""
    media: str = ""
    charset: str | None = None
    etag: str | None = None
    modified: str | None = None
    unchanged: bool = False


class Fetcher:
    """Every hop goes through a Door of its own; `resolve` and `connect` are what it stands on."""

    def __init__(
        self,
        allow: Iterable[str] = (),
        timeout: float = 30.0,
        max_mb: float = 20.0,
        resolve: Resolve = resolve,
        connect: Connect = connect,
    ) -> None:
        self._allowed = Allowed.parse(allow)
        self._timeout = timeout
        self._most = int(max_mb * 1_000_000)
        self._resolve = resolve
        self._connect = connect

    def get(self, url: str, unless: Mapping[str, str] | None = None) -> Fetched:
        """`unless` are the validators of a conditional request. Raises FetchError."""
        deadline = Deadline(self._timeout)
        target = parse_target(url, self._allowed)
        for _ in range(_REDIRECTS + 1):
            found = self._hop(target, deadline, unless or {})
            if isinstance(found, Fetched):
                return found
            try:
                moved = urljoin(target.url, found)
            except ValueError:
                raise FetchError(f"{target.url} redirects to no address") from None
            target = parse_target(moved, self._allowed)
        raise FetchError(f"{printable(url)} redirects more than {_REDIRECTS} times")

    def _hop(self, target: Target, deadline: Deadline, unless: Mapping[str, str]) -> Fetched | str:
        """The document, or where it moved to."""
        door = Door(self._allowed, deadline, self._resolve, self._connect)
        url = httpcore2.URL(
            scheme=target.scheme, host=target.host, port=target.port, target=target.path
        )
        host = target.url.split("/", 3)[2]
        headers = [*_HEADERS.items(), ("Host", host), *unless.items()]
        try:
            with (
                httpcore2.ConnectionPool(network_backend=door) as pool,
                pool.stream("GET", url, headers=headers) as response,
            ):
                return self._read(target, response)
        except (
            httpcore2.NetworkError,
            httpcore2.TimeoutException,
            httpcore2.ProtocolError,
        ) as error:
            # Where the last wait was cut short by the deadline, that is the reason.
            deadline.left()
            # Their texts may hold what the server sent.
            cause = printable(str(error))[:150] or type(error).__name__
            raise FetchError(f"{target.url} gave no answer ({cause})") from None

    def _read(self, target: Target, response: httpcore2.Response) -> Fetched | str:
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in response.headers
        }
        if response.status in _MOVED and "location" in headers:
            return headers["location"]
        if response.status == 304:
            return Fetched(target.url, unchanged=True)
        if response.status != 200:
            raise FetchError(f"{target.url} answered {response.status}", response.status)
        kind = headers.get("content-type", "")
        charset = _CHARSET.search(kind)
        return Fetched(
            url=target.url,
            data=self._body(target, response.iter_stream(), headers.get("content-encoding", "")),
            media=kind.partition(";")[0].strip().lower(),
            charset=charset[1] if charset else None,
            etag=headers.get("etag"),
            modified=headers.get("last-modified"),
        )

    def _body(self, target: Target, stream: Iterable[bytes], encoding: str) -> bytes:
        if encoding.strip().lower() not in ("", "identity", "gzip", "x-gzip"):
            raise FetchError(f"{target.url} came as {printable(encoding)[:40]!r}, not as asked for")
        body = bytearray()
        for piece in self._unpacked(stream) if "gzip" in encoding.lower() else stream:
            body += piece
            if len(body) > self._most:
                most = f"{self._most / 1_000_000:g} MB (RAG_FETCH_MAX_MB)"
                raise FetchError(f"{target.url} is larger than {most}")
        return bytes(body)

    def _unpacked(self, stream: Iterable[bytes]) -> Iterator[bytes]:
        """Piece by piece: a bomb is noticed before it has grown."""
        gzip = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            for piece in stream:
                left = piece
                while left and not gzip.eof:
                    yield gzip.decompress(left, 1 << 20)
                    left = gzip.unconsumed_tail
        except zlib.error:
            raise FetchError("its compression is broken") from None
