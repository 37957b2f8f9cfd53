"""What a sync costs when 1% of 5,000 articles changed: `python -m benchmarks.sync`.

The articles are made up. The library that they start from gets random vectors, since what is
measured is the sync; it embeds with the embedded model, and the yardstick is the time that cutting
and embedding the changed 1% takes by itself.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from benchmarks.made import RandomEmbedder
from rag.ingesting import sync_folder
from rag.library.embedding import cut, embed
from rag.library.sync import ingest
from rag.models.load import load_embedder
from rag.reading.reader import read_sources
from rag.settings import Settings
from rag.types import Article

_ARTICLES = 5000
_CHANGED = 50
_WORDS = (
    "council river bridge market harvest minister vote storm harbour school price doctor train "
    "border summit strike budget museum forest factory court player island engine"
).split()


def _write(folder: Path, numbers: Iterable[int], edition: int) -> None:
    for number in numbers:
        draw = random.Random(number * 1000 + edition)
        told = " ".join(
            f"The {' '.join(draw.choices(_WORDS, k=12))} was seen on day {draw.randrange(9999)}."
            for _ in range(40)
        )
        head = f"---\ntitle: Story {number}\nslug: story-{number}\n---\n"
        (folder / f"{number}.md").write_text(head + told + "\n", encoding="utf-8")


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "articles"
        folder.mkdir()
        settings = Settings(library=Path(home) / "library")
        embedder = load_embedder(settings)
        _write(folder, range(_ARTICLES), 0)
        first = ingest(settings, RandomEmbedder(embedder), read_sources([folder]))
        print(f"{_ARTICLES} articles of {first.passages / _ARTICLES:.1f} passages\n")
        print("| sync | embedding alone, s | whole sync, s | times |\n|---|---|---|---|")
        for edition in (1, 2, 3):
            changed = random.Random(edition).sample(range(_ARTICLES), _CHANGED)
            _write(folder, changed, edition)
            files = [str(folder / f"{number}.md") for number in changed]
            articles = [one for one in read_sources(files) if isinstance(one, Article)]
            begun = time.perf_counter()
            embed([cut(one, embedder, settings.passage_tokens) for one in articles], embedder)
            alone = time.perf_counter() - begun
            begun = time.perf_counter()
            summary = sync_folder(settings, folder, quiet=True)
            whole = time.perf_counter() - begun
            assert summary.updated == _CHANGED
            print(
                f"| {_CHANGED} of {_ARTICLES} | {alone:.2f} | {whole:.2f} | {whole / alone:.2f} |"
            )
        begun = time.perf_counter()
        sync_folder(settings, folder, quiet=True)
        print(f"| nothing of {_ARTICLES} | 0 | {time.perf_counter() - begun:.2f} | |", flush=True)


if __name__ == "__main__":
    main()
