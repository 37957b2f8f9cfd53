"""A reader between two commits."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from rag.library.bounds import Bounds
from rag.library.library import Library
from rag.library.sync import ingest
from tests.fakes.hashed import HashedEmbedder
from tests.library.killing import carry_out
from tests.library.promises import made_article, settings_of


def test_numbers_are_those_of_the_snapshot_that_was_searched(tmp_path: Path) -> None:
    """A commit between the snapshot and the search must not shift what the numbers mean."""
    folder, embedder = tmp_path / "library", HashedEmbedder()
    carry_out(folder, {5: (0, 6)})
    with closing(Library(settings_of(folder), embedder.fingerprint)) as library:
        before = library.snapshot()
        # Comes before a5 in the order of articles, and brings new numbers to all.
        carry_out(folder, {1: (0, 60)})
        assert len(library.snapshot().passage_ids) > len(before.passage_ids)
        found = library.nearest(before, np.ones(16, dtype=np.float32), 100)
        assert {number for number, _ in found} == set(range(len(before.passage_ids)))
        passages = library.located(before.passage_ids).values()
        assert {one.article.id for one in passages} == {"a5"}


@pytest.mark.parametrize("settled", [True, False])
def test_both_ways_of_a_search_keep_to_the_bounds(tmp_path: Path, settled: bool) -> None:
    folder, embedder = tmp_path / "library", HashedEmbedder()
    rows = [("2020-01-01", "The Post"), ("2020-06-01", "The Star"), (None, "The Post")]
    articles = [
        replace(made_article(n, 0, 2), published=day and date.fromisoformat(day), outlet=outlet)
        for n, (day, outlet) in enumerate(rows)
    ]
    ingest(settings_of(folder), embedder, articles)
    with closing(Library(settings_of(folder), embedder.fingerprint)) as library:
        if not settled:
            library.store.put_meta({"settled": ""})
        assert library.status()["dense_search"] == ("chroma" if settled else "exact")

        def found(bounds: Bounds | None) -> set[str]:
            snapshot = library.snapshot()
            near = library.nearest(snapshot, np.ones(16, dtype=np.float32), 50, bounds)
            return {snapshot.article_ids[snapshot.lexical.article_of[n]] for n, _ in near}

        assert found(None) == {"a0", "a1", "a2"}
        assert found(Bounds(since=20200201)) == {"a1"}
        assert found(Bounds(until=20200201)) == {"a0", "a2"}
        assert found(Bounds(until=20200201, dated=True)) == {"a0"}
        assert found(Bounds(outlets=("the post",))) == {"a0", "a2"}
        assert found(Bounds(since=20200201, outlets=("the post",))) == set()
