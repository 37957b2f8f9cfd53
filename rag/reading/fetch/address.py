"""Which network addresses a fetch may connect to."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address

# RFC 6052: IPv6-only networks spell a public IPv4 address this way.
_NAT64 = IPv6Network("64:ff9b::/96")
# 6to4 with its relays and Teredo are retired, and each may lead inside; what IETF protocols keep for
# themselves (a cloud's metadata service among it) is public for Python before 3.12.4.
_CLOSED = tuple(
    map(
        ipaddress.ip_network,
        ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2002::/16", "3fff::/20"),
    )
)
# The only part of IPv6 that public hosts have addresses in.
_GLOBAL = IPv6Network("2000::/3")


def plain(address: Address) -> Address:
    """The IPv4 address that a mapped or NAT64 one stands for; others as they are."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return address.ipv4_mapped
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def refusal(address: Address) -> str | None:
    """What keeps a connection from going there, in a word or two; None for a public address."""
    address = plain(address)
    for kind in ("loopback", "link_local", "multicast", "unspecified", "reserved", "private"):
        if getattr(address, f"is_{kind}"):
            return kind.replace("_", "-")
    if any(address in network for network in _CLOSED):
        return "not public"
    public = address in _GLOBAL if isinstance(address, IPv6Address) else address.is_global
    return None if public else "not public"


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the user opened by hand: host names, and networks as 10.1.0.0/16."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def parse(cls, entries: Iterable[str]) -> Allowed:
        hosts, networks = set(), []
        for entry in entries:
            try:
                networks.append(ipaddress.ip_network(entry, strict=False))
            except ValueError:
                hosts.add(entry.lower().rstrip("."))
        return cls(frozenset(hosts), tuple(networks))

    def admits(self, host: str) -> bool:
        """By name, or by address where `host` is one."""
        if host in self.hosts:
            return True
        try:
            return self.holds(ipaddress.ip_address(host))
        except ValueError:
            return False

    def holds(self, address: Address) -> bool:
        return any(plain(address) in network for network in self.networks)
