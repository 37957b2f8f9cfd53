"""What a URL asks for, read once: checks and connection see the same parts."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from rag.errors import FetchError
from rag.reading.fetch.address import Allowed
from rag.reading.names import printable

_PORTS = {"http": 80, "https": 443}
# Where news is served; any other port is some other service.
_OPEN_PORTS = frozenset((80, 443, 8080, 8443))
_LONGEST = 2000
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
# The last label decides whether a host counts as an address: 127.1, 0x7f.1, 2130706433, 0177.0.0.1.
_NUMERIC = re.compile(r"(?:.*\.)?(?:\d+|0x[0-9a-f]*)")
# Names that never leave the machine or its network.
_INSIDE = (".localhost", ".local", ".internal", ".intranet", ".lan", ".home.arpa", ".localdomain")
_KEPT = "/%:@!$&'()*+,;=~-._"


@dataclass(frozen=True, slots=True)
class Target:
    """`host` is lower case ASCII, without brackets; `path` holds the query too."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}"


def parse_target(url: str, allowed: Allowed) -> Target:
    """Raises FetchError for what is no plain web address or names a place inside."""
    shown = printable(url)[:200]
    if len(url) > _LONGEST:
        raise FetchError(f"the address {shown}... is longer than {_LONGEST} characters")
    if re.search(r"[\x00-\x20\x7f-\xa0\\\ud800-\udfff]", url):
        raise FetchError(f"the address {shown!r} holds spaces, control characters or backslashes")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise FetchError(f"the address {shown} is malformed ({error})") from None
    if parts.scheme not in _PORTS:
        raise FetchError(f"{shown} is refused: only http and https addresses are fetched")
    if "@" in parts.netloc:
        raise FetchError(f"{shown} is refused: it carries a user name; write it without")
    host = _host(host, shown, allowed)
    if port is None:
        port = _PORTS[parts.scheme]
    if port not in _OPEN_PORTS and not allowed.admits(host):
        raise FetchError(f"{shown} is refused: port {port} is no web port; {_opens(host)}")
    path = quote(parts.path or "/", safe=_KEPT)
    query = f"?{quote(parts.query, safe=_KEPT + '?')}" if parts.query else ""
    return Target(parts.scheme, host, port, path + query)


def _host(host: str, shown: str, allowed: Allowed) -> str:
    if ":" in host:
        try:
            # Scoped addresses (fe80::1%eth0) are no public ones in any case.
            return str(ipaddress.IPv6Address(host if "%" not in host else ""))
        except ValueError:
            raise FetchError(f"{shown} is refused: its host is no IPv6 address") from None
    try:
        # Full-width digits and the like become the plain ones that a resolver would see.
        host = host.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError:
        raise FetchError(f"{shown} is refused: its host {host!r} is no host name") from None
    if not _HOST.fullmatch(host):
        raise FetchError(f"{shown} is refused: its host {host!r} is no host name")
    if _NUMERIC.fullmatch(host):
        try:
            return str(ipaddress.IPv4Address(host))
        except ValueError:
            raise FetchError(
                f"{shown} is refused: {host!r} is an odd spelling of an address; write it as 1.2.3.4"
            ) from None
    if ("." not in host or host.endswith(_INSIDE)) and not allowed.admits(host):
        raise FetchError(f"{shown} is refused: {host!r} is a name inside a network; {_opens(host)}")
    return host


def _opens(host: str) -> str:
    return f"RAG_FETCH_ALLOW={host} opens it"
