from __future__ import annotations

from pathlib import Path

import numpy as np

from rag.library.bounds import Bounds
from rag.library.record import Described
from rag.library.vectors import VectorStore


def unit(*values: float) -> np.ndarray:
    row = np.array(values, dtype=np.float32)
    return row / np.linalg.norm(row)


def test_nearest_is_by_cosine_and_survives_reopening(tmp_path: Path) -> None:
    store = VectorStore(tmp_path / "v", None)
    rows = np.stack([unit(1, 0, 0), unit(1, 1, 0), unit(0, 0, 1)])
    store.add(["a", "b", "c"], rows, [Described(n, "O") for n in (1, 2, 3)])
    store.close()
    store = VectorStore(tmp_path / "v", None)
    found = store.nearest(unit(1, 0.1, 0), 2)
    assert [key for key, _ in found] == ["a", "b"]
    assert abs(found[0][1] - float(unit(1, 0.1, 0) @ rows[0])) < 1e-5
    assert [k for k, _ in store.nearest(unit(1, 0, 0), 3, Bounds(since=2, outlets=("o",)))] == [
        "b",
        "c",
    ]
    store.delete(["a"])
    assert store.ids() == {"b", "c"} and store.count() == 2
    assert set(store.get(["a", "b"])) == {"b"}
    store.close()
