"""A language model as a judge: the question that is put to it, and the strict reading of its reply."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence

from rag.models.chat import Chat
from rag.prompts import load_prompt
from rag.types import Verdict

_VERDICTS = (Verdict.SUPPORTED, Verdict.CONTRADICTED, Verdict.UNSUPPORTED)
_FENCED = re.compile(r"\A```(?:json)?\n(.*)\n```\Z", re.DOTALL)


class Judge:
    """`prompt` names file, version and hash, as every record of a verdict carries it."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._prompt = load_prompt("judge")
        self.name = chat.name
        ref = self._prompt.ref
        self.prompt = f"{ref.name} {ref.version} {ref.sha256[:12]}"

    def verdicts(
        self, sources: str, claims: Sequence[str], deadline: float | None = None
    ) -> list[Verdict] | None:
        """One for each claim, or None where the reply is not what was asked for. Raises
        EndpointError where there is no reply."""
        message = self._message(sources, claims)
        return parse("".join(self._chat.stream([("human", message)], deadline)), len(claims))

    def _message(self, sources: str, claims: Sequence[str]) -> str:
        # A claim of several lines must not pass for several claims.
        sentences = "\n".join(f"{n}. {' '.join(text.split())}" for n, text in enumerate(claims, 1))
        # A fence that no text can close: it depends on all that it holds.
        fence = hashlib.sha256(f"{sources}\n{sentences}".encode()).hexdigest()[:16]

        def fenced(text: str) -> str:
            return f"<<<{fence}>>>\n{text}\n<<<end {fence}>>>"

        return self._prompt.fill(sources=fenced(sources), sentences=fenced(sentences), fence=fence)


def parse(said: str, count: int) -> list[Verdict] | None:
    """The verdicts in order, or None for anything but what was asked for: a loose reading would
    turn a broken reply into a grade.

    >>> parse('{"verdicts": [{"n": 1, "verdict": "supported"}]}', 1)
    [<Verdict.SUPPORTED: 'supported'>]
    """
    text = said.strip()
    fenced = _FENCED.match(text)
    try:
        entries = json.loads(fenced[1] if fenced else text)["verdicts"]
        by_number = {entry["n"]: entry["verdict"] for entry in entries}
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if sorted(by_number, key=str) != sorted(range(1, count + 1), key=str) or len(entries) != count:
        return None
    verdicts = [by_number[n] for n in range(1, count + 1)]
    return [Verdict(v) for v in verdicts] if all(v in _VERDICTS for v in verdicts) else None
