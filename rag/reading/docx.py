"""Word documents: paragraphs of word/document.xml, title and author of docProps/core.xml."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path
from typing import Any

from rag.errors import ReadError
from rag.reading.bytes import read_bytes
from rag.reading.clean import clean_line
from rag.reading.text import article_from_lines
from rag.reading.xml import child_text, name_of, parse_xml
from rag.types import Article

_LARGEST = 50_000_000
# Of one part, unpacked: a book of 300,000 words has about ten million bytes of markup.
_LARGEST_PART = 20_000_000
_TITLES = ("title", "heading1")


def read_docx(path: Path) -> Article:
    """Raises ReadError for what is no Word document."""
    return article_from_docx(read_bytes(path, _LARGEST), str(path), path)


def article_from_docx(data: bytes, source: str, path: Path, address: str | None = None) -> Article:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            document = parse_xml(_part(archive, "word/document.xml"))
            about = _about(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise ReadError("it is no Word document that can be opened; save it as .docx") from None
    paragraphs = [
        (style, line)
        for p in document.iter()
        if name_of(p) == "p"
        for style, line in [_line(p)]
        if line
    ]
    if not paragraphs:
        raise ReadError("it holds no text")
    headline = next((line for style, line in paragraphs[:3] if style in _TITLES), None)
    known = {
        "title": headline or about.get("title"),
        "author": about.get("author"),
        "url": address,
    }
    lines = [line for _, line in paragraphs if line != headline]
    # The date of the file is not when the article was published: only the text may say that.
    return article_from_lines(lines, source, path, known)


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        with archive.open(name) as part:
            data = part.read(_LARGEST_PART + 1)
    except KeyError:
        raise ReadError(f"it is no Word document: {name} is missing") from None
    if len(data) > _LARGEST_PART:
        raise ReadError(f"its {name} unpacks to more than {_LARGEST_PART // 1_000_000} MB")
    return data


def _about(archive: zipfile.ZipFile) -> dict[str, str | None]:
    if "docProps/core.xml" not in archive.namelist():
        return {}
    core = parse_xml(_part(archive, "docProps/core.xml"))
    return {"title": child_text(core, "title"), "author": child_text(core, "creator")}


def _line(paragraph: Any) -> tuple[str, str | None]:
    """The style's name and the text. Deleted text of tracked changes (delText) is left out."""
    style, parts = "", []
    for element in paragraph.iter():
        name = name_of(element)
        if name == "pstyle":
            style = next((str(value).lower() for value in element.attrib.values()), "")
        elif name == "t":
            parts.append(element.text or "")
        elif name in ("tab", "br", "cr"):
            parts.append(" ")
    return style, clean_line("".join(parts))
