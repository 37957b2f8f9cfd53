"""A server in a thread of its own, on a socket that is ours before it starts."""

from __future__ import annotations

import logging
import socket
import threading
import time
from typing import TYPE_CHECKING

from rag.errors import RagError, UsageError

if TYPE_CHECKING:
    from starlette.types import ASGIApp

# Seconds for what is still being written when the server is told to end.
_GRACE = 2.0


class Server:
    """Answers from the moment it is made until `close`."""

    def __init__(self, app: ASGIApp, host: str, held: socket.socket) -> None:
        import uvicorn

        self._port = int(held.getsockname()[1])
        self._host = host
        self._server = uvicorn.Server(
            uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)
        )
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [held]}, daemon=True
        )
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise RagError("The server did not start; the lines above say why.")
            time.sleep(0.005)

    @property
    def local_url(self) -> str:
        everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}
        host = everywhere.get(self._host, self._host)
        return f"http://{f'[{host}]' if ':' in host else host}:{self._port}/"

    def close(self) -> None:
        """What is being written may end; then the rest is cut off."""
        self._server.should_exit = True
        self._thread.join(_GRACE)
        # A page that is still open holds its connection for as long as it likes; that it is cut
        # off is no error to report.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        self._server.force_exit = True
        self._thread.join(_GRACE)


def hold(host: str, port: int) -> socket.socket:
    """The bound socket; any free port for 0. Raises UsageError where it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    held = socket.socket(family, socket.SOCK_STREAM)
    # Else a port that was just given up counts as taken for a minute.
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        held.bind((host, port))
        held.listen(socket.SOMAXCONN)
    except OSError:
        held.close()
        raise UsageError(
            f"Port {port} on {host} cannot be used; choose another with --port."
        ) from None
    return held
