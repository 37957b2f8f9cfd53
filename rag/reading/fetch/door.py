"""Connections: a name is resolved once, every address is checked, and the checked one is used."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable
from typing import Any

import httpcore2

from rag.errors import FetchError
from rag.reading.fetch.address import Address, Allowed, refusal

Resolve = Callable[[str, int], list[Address]]
Connect = Callable[[str, int, float], httpcore2.NetworkStream]

_TRIED = 4
# Seconds that one connection, or one silence, may take out of the whole.
_PATIENCE = 10.0


def resolve(host: str, port: int) -> list[Address]:
    """Addresses in the order of the system's preference. Raises FetchError for an unknown name."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise FetchError(f"the host {host!r} is not known: check its spelling") from None
    return list(dict.fromkeys(ipaddress.ip_address(str(row[4][0])) for row in found))


def connect(address: str, port: int, timeout: float) -> httpcore2.NetworkStream:
    return httpcore2.SyncBackend().connect_tcp(address, port, timeout)


class Deadline:
    """Wall clock for one fetch with all its redirects: slow drips reset every read timeout."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """At most the patience for one step. Raises FetchError when the time is up."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise FetchError(f"it took longer than {self._seconds:g} s (RAG_FETCH_TIMEOUT)")
        return min(left, _PATIENCE)


class Door(httpcore2.NetworkBackend):
    """The only place where a fetch opens a socket."""

    def __init__(
        self,
        allowed: Allowed,
        deadline: Deadline,
        resolve: Resolve = resolve,
        connect: Connect = connect,
    ) -> None:
        self._allowed = allowed
        self._deadline = deadline
        self._resolve = resolve
        self._connect = connect

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Raises FetchError unless every address of the host may be connected to."""
        addresses = self._resolve(host, port)
        if not self._allowed.admits(host):
            for address in addresses:
                self._check(host, address)
        failed = "it has no address"
        for address in addresses[:_TRIED]:
            try:
                # The address, not the name: a second answer of the DNS is never asked for.
                stream = self._connect(str(address), port, self._deadline.left())
            except (httpcore2.NetworkError, httpcore2.TimeoutException) as error:
                failed = str(error) or type(error).__name__
                continue
            return _Timed(stream, self._deadline)
        raise FetchError(f"{host} cannot be reached ({failed})")

    def _check(self, host: str, address: Address) -> None:
        reason = None if self._allowed.holds(address) else refusal(address)
        if reason:
            where = host if host == str(address) else f"{host} ({address})"
            raise FetchError(
                f"{where} is refused: the address is {reason}; RAG_FETCH_ALLOW={host} opens it"
            )


class _Timed(httpcore2.NetworkStream):
    """A stream whose every step ends by the deadline."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        return _Timed(
            self._stream.start_tls(ssl_context, server_hostname, self._deadline.left()),
            self._deadline,
        )

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
