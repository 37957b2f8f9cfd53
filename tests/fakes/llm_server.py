"""An OpenAI-compatible endpoint on loopback that behaves as it is told."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class FakeLlm:
    """`script` lists what each request in turn gets; the last entry repeats.

    A text is streamed word by word; an int is an HTTP status; "cut:TEXT" closes in the middle,
    "drip:TEXT" sends a character every 50 ms, "hang" sends nothing, "garbage" no JSON, "" nothing.
    A function gets the request and says which of these it is.
    """

    def __init__(self, *script: str | int | Callable[[dict[str, Any]], str | int]) -> None:
        self.script = list(script)
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self._over = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.requests.append(body)
                outer.headers.append(dict(self.headers))
                at = min(len(outer.requests), len(outer.script)) - 1
                act = outer.script[at]
                outer._play(self, act(body) if callable(act) else act)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.base_url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> FakeLlm:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()

    def _play(self, handler: BaseHTTPRequestHandler, act: str | int) -> None:
        if isinstance(act, int):
            body = json.dumps({"error": {"message": f"status {act}, key sk-secret"}}).encode()
            handler.send_response(act)
            handler.send_header("Content-Type", "application/json")
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)
            return
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.end_headers()
        # The client may go away; some tests want just that.
        with contextlib.suppress(OSError):
            self._stream(handler, act)

    def _stream(self, handler: BaseHTTPRequestHandler, act: str) -> None:
        def send(delta: dict[str, Any], finish: str | None = None) -> None:
            chunk = {
                "id": "c", "object": "chat.completion.chunk", "created": 0, "model": "fake",
                "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
            }  # fmt: skip
            handler.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
            handler.wfile.flush()

        if act == "hang":
            self._over.wait(30)
            return
        if act == "garbage":
            handler.wfile.write(b"data: {this is no json\n\n")
            return
        kind, _, text = act.partition(":") if act.startswith(("cut:", "drip:")) else ("", "", act)
        send({"role": "assistant", "content": ""})
        pieces = list(text) if kind == "drip" else text.split(" ")
        for n, piece in enumerate(pieces):
            if self._over.is_set():
                return
            send({"content": piece if kind == "drip" or not n else f" {piece}"})
            if kind == "drip":
                time.sleep(0.05)
        if kind == "cut":
            return
        send({}, "stop")
        handler.wfile.write(b"data: [DONE]\n\n")
