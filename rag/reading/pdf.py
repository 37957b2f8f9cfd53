"""PDF: text by pypdf in a process of its own, its broken lines made paragraphs again."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from rag.errors import ReadError
from rag.reading.bytes import read_bytes
from rag.reading.clean import clean
from rag.reading.text import article_from_lines
from rag.types import Article

_LARGEST = 50_000_000
# A page takes about 0.05 s; what takes longer than this was made to.
_SECONDS = 25
_CLOSED = re.compile(r"[.!?…:][\"'”’)\]]*$")
# Titles that programs write when the author wrote none.
_NO_TITLE = re.compile(
    r"^(?:untitled|microsoft word\b.*|document\d*|.*\.(?:docx?|indd|pdf|qxd))$", re.I
)


def read_pdf(path: Path) -> Article:
    """Raises ReadError for what is no PDF, is encrypted, or holds pictures only."""
    return article_from_pdf(read_bytes(path, _LARGEST), str(path), path)


def article_from_pdf(data: bytes, source: str, path: Path, address: str | None = None) -> Article:
    found = _extract(data)
    lines = _paragraphs([clean(page).split("\n") for page in found["pages"]])
    if not lines:
        raise ReadError("it holds no text (a scan?): run it through OCR first")
    title = found["title"].strip()
    known = {
        "title": None if _NO_TITLE.match(title) else title,
        "author": found["author"],
        "url": address,
    }
    return article_from_lines(lines, source, path, known)


def _extract(data: bytes) -> dict[str, Any]:
    # -P keeps the folder of the program, which has modules named like the standard library's,
    # off its path.
    program = [sys.executable, "-P", str(Path(__file__).with_name("pdf_child.py"))]
    try:
        done = subprocess.run(
            program, input=data, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise ReadError(f"it takes longer than {_SECONDS} s to read") from None
    except OSError as error:
        raise ReadError(f"no process could be started to read it ({error.strerror})") from None
    try:
        found: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise ReadError("it needs more memory than a PDF may have") from None
    if "error" in found:
        raise ReadError(found["error"])
    return found


def _paragraphs(pages: list[list[str]]) -> list[str]:
    """Lines end at the page's width: a paragraph ends at a blank line, or where a closed line is
    clearly shorter than its page is wide."""
    repeated = _repeated(pages)
    paragraphs: list[str] = []
    ended = True
    for page in pages:
        width = max((len(line) for line in page), default=0)
        for line in page:
            if not line:
                ended = True
            elif _numberless(line) not in repeated:
                if ended:
                    paragraphs.append(line)
                else:
                    paragraphs[-1] = _joined(paragraphs[-1], line)
                ended = bool(_CLOSED.search(line)) and len(line) < width * 0.8
    return paragraphs


def _joined(before: str, line: str) -> str:
    if re.search(r"[a-z]-$", before) and line[:1].islower():
        return before[:-1] + line
    return f"{before} {line}"


def _repeated(pages: list[list[str]]) -> set[str]:
    """Heads and feet: the first and last lines of most of three or more pages, but for numbers."""
    if len(pages) < 3:
        return set()
    edges = Counter(
        edge
        for page in pages
        for edge in {_numberless(line) for line in [*page[:1], *page[-1:]] if line}
    )
    return {line for line, count in edges.items() if count > len(pages) / 2}


def _numberless(line: str) -> str:
    return re.sub(r"\d+", "#", line)
