"""Claims with the evidence that the checker would read for them, from every set that may be trained on.

Choosing the evidence takes the embedder minutes, so the pairs are kept in a file and made once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.claims import BINARY, Claim, claims, held_out
from rag.grounding.evidence import Chooser, lines_of, reading_text
from rag.models.load import load_embedder
from rag.settings import Settings


@dataclass(frozen=True, slots=True)
class Pair:
    """What the checker reads. `supported` is 0 or 1; `contradicted` 0, 1, or -1 where the set
    does not tell."""

    source: str
    key: str
    claim: str
    evidence: str
    supported: int
    contradicted: int

    @property
    def held_out(self) -> bool:
        return held_out(self.key)


def make_pairs(found: Iterable[Claim]) -> Iterator[Pair]:
    chooser = Chooser(load_embedder(Settings()))
    lines, last = [], None
    for count, claim in enumerate(found, 1):
        if claim.context is not last:
            lines, last = lines_of([claim.context]), claim.context
        (reading,) = chooser.read([(claim.text, lines)])
        if count % 1000 == 0:
            print(f"  read {count} claims", flush=True)
        contradicted = -1 if claim.label == BINARY else int(claim.label == "contradicted")
        yield Pair(
            claim.source,
            claim.key,
            claim.text,
            reading_text(reading.lines, [claim.context]),
            int(claim.label == "supported"),
            contradicted,
        )


def pairs(cache: Path, found: Callable[[], Iterable[Claim]] = claims) -> list[Pair]:
    """Those of all claims `found`, made on the first call and read from `cache` after that."""
    if not cache.exists():
        part = cache.with_suffix(".part")
        with part.open("w", encoding="utf-8") as file:
            for pair in make_pairs(found()):
                file.write(json.dumps(asdict(pair), ensure_ascii=False) + "\n")
        part.replace(cache)
    with cache.open(encoding="utf-8") as file:
        return [Pair(**json.loads(line)) for line in file]
