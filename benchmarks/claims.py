"""Claims that people judged, or that were written with their verdict, from every set there is."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.data import rows
from benchmarks.passages import WRITTEN, written
from rag.grounding.claims import read_sentences
from rag.grounding.evidence import Context
from rag.reading.dates import parse_date

LABELS = ("supported", "contradicted", "unsupported")
# Sources of twins: each true claim is followed by its smallest false change.
TWINS = ("twins", "briefs", "reports")
# Sources whose "not supported" does not say which of the two it is.
BINARY = "refuted or not there"


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim before its evidence is chosen. `label` is one of LABELS, or BINARY."""

    source: str
    key: str
    text: str
    context: Context
    label: str

    @property
    def supported(self) -> bool:
        return self.label == "supported"

    @property
    def held_out(self) -> bool:
        return held_out(self.key)


def held_out(key: str) -> bool:
    """A fifth of the articles and questions, the same ones in every run. No model learnt them."""
    return zlib.crc32(key.encode()) % 5 == 0


def briefs() -> Iterator[dict[str, Any]]:
    """The news briefs written for this project, with their questions and twin claims."""
    for file in sorted(WRITTEN.glob("briefs-*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


def claims() -> Iterator[Claim]:
    for row in rows("grounding/train.jsonl.gz"):
        label = "supported" if row["supported"] else BINARY
        yield Claim(row["source"], row["key"], row["claim"], _context(row), label)
    for row in rows("grounding/answers.jsonl.gz"):
        yield Claim("answers", row["key"], row["claim"], _context(row), row["label"])
    for row in rows("grounding/dev_expertqa.jsonl"):
        label = "supported" if row["supported"] else BINARY
        # Their sentences hold markers; the checker is given them as it is in an answer.
        text = " ".join(sentence.text for sentence in read_sentences(row["claim"]))
        yield Claim("expertqa", row["key"], text, _context(row), label)
    for source, found in (("twins", rows("grounding/twins.jsonl")), ("briefs", briefs())):
        for row in found:
            yield from _twins(source, row["id"], _context(row, "passage"), row["twins"])
    for one, twins in written("twins"):
        context = Context(one.text, one.title, one.published)
        yield from _twins(one.source, one.key, context, twins)


def _twins(
    source: str, key: str, context: Context, twins: Sequence[Mapping[str, str]]
) -> Iterator[Claim]:
    for twin in twins:
        yield Claim(source, key, twin["true"], context, "supported")
        yield Claim(source, key, twin["false"], context, twin["label"])


def _context(row: dict[str, Any], field: str = "document") -> Context:
    return Context(row[field], row.get("title") or "", parse_date(row.get("published")))
