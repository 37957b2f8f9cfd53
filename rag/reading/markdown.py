"""Markdown with YAML front matter: title, published, outlet, author, url or slug, topics."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from rag.errors import ReadError
from rag.reading.bytes import decode, read_bytes
from rag.reading.identity import make_article
from rag.types import Article

_FENCE = re.compile(r"\A\s*---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_HEADING = re.compile(r"\A\s*#[ \t]+(.+?)[ \t]*#*[ \t]*\n")
# Each rule: the characters without which it finds nothing, what it looks like, what is kept of it.
# Every reach is bounded, as a file made of openings without closings would otherwise be searched to
# its end from each of them.
_MARKS = [
    ("!", re.compile(r"!\[([^\]]{0,300})\]\([^)\s]{0,300}(?:\s+\"[^\"]{0,300}\")?\)"), ""),
    ("[", re.compile(r"\[([^\]]{1,300})\]\([^)\s]{0,300}(?:\s+\"[^\"]{0,300}\")?\)"), r"\1"),
    ("[", re.compile(r"\[([^\]]{1,300})\]\[[^\]]{0,300}\]"), r"\1"),
    ("[", re.compile(r"^\[[^\]]{1,300}\]:\s+\S+.*$", re.M), ""),
    ("`", re.compile(r"^```.*$", re.M), ""),
    ("#", re.compile(r"^[ \t]{0,3}#{1,6}[ \t]+(.{0,300}?)[ \t]*#*$", re.M), r"\1"),
    (">", re.compile(r"^[ \t]{0,3}>[ \t]?", re.M), ""),
    ("-*+", re.compile(r"^[ \t]{0,3}[-*+][ \t]+", re.M), ""),
    ("-*_", re.compile(r"^[ \t]{0,3}(?:[-*_][ \t]{0,9}){3,}$", re.M), ""),
    ("*_", re.compile(r"(\*\*|__)(?=\S)(.{1,300}?)(?<=\S)\1"), r"\2"),
    ("*", re.compile(r"(?<![\w*])\*(?=\S)([^*\n]{1,300}?)(?<=\S)\*(?![\w*])"), r"\1"),
    ("_", re.compile(r"(?<!\w)_(?=\S)([^_\n]{1,300}?)(?<=\S)_(?!\w)"), r"\1"),
    ("`", re.compile(r"`([^`\n]{1,300})`"), r"\1"),
]
_LONGEST = 1_000_000
# The same loader written in C, where PyYAML was built with it: seven times as fast.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_markdown(path: Path) -> Article:
    """Raises ReadError for front matter that is broken."""
    raw = decode(read_bytes(path)).replace("\r\n", "\n")
    if len(raw) > _LONGEST:
        raise ReadError(f"it has {len(raw)} characters; {_LONGEST} are the most: split it")
    fields: dict[str, Any] = {}
    if fence := _FENCE.match(raw):
        fields = _front_matter(fence[1])
        raw = raw[fence.end() :]
    elif raw.lstrip().startswith("---\n"):
        raise ReadError("its front matter has no closing line '---'")
    if not fields.get("title") and (heading := _HEADING.match(raw)):
        fields["title"] = heading[1]
        raw = raw[heading.end() :]
    raw = _without_comments(raw)
    for signs, pattern, kept in _MARKS:
        if any(sign in raw for sign in signs):
            raw = pattern.sub(kept, raw)
    return make_article(fields, raw, str(path), path)


def _without_comments(text: str) -> str:
    kept, at = [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        kept.append(text[at:start])
        at = end + 3
    return "".join([*kept, text[at:]])


def _front_matter(text: str) -> dict[str, Any]:
    try:
        found = yaml.load(text, Loader=_LOADER)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        cause = " ".join(str(getattr(error, "problem", None) or error).split())[:100]
        raise ReadError(f"its front matter is broken ({cause}): quote the value") from None
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise ReadError("its front matter is no list of 'name: value' lines")
    return {str(key).lower(): value for key, value in found.items()}
