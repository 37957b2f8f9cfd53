"""Claims that people judged, or that were written with their verdict, from every set there is."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.data import rows
from benchmarks.passages import written
from rag.grounding.claims import read_sentences
from rag.grounding.evidence import Context
from rag.reading.dates import parse_date

LABELS = ("supported", "contradicted", "unsupported")
BRIEFS = Path(__file__).parents[1] / "training" / "data"
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
    for file in sorted(BRIEFS.glob("briefs-*.jsonl")):
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
            context = _context(row, "passage")
            for twin in row["twins"]:
                yield Claim(source, row["id"], twin["true"], context, "supported")
                yield Claim(source, row["id"], twin["false"], context, twin["label"])
    for one, twins in written("twins"):
        context = Context(one.text, one.title, one.published)
        for twin in twins:
            yield Claim(one.source, one.key, twin["true"], context, "supported")
            yield Claim(one.source, one.key, twin["false"], context, twin["label"])


def _context(row: dict[str, Any], field: str = "document") -> Context:
    return Context(row[field], row.get("title") or "", parse_date(row.get("published")))
