"""The way between weights that are trained and graphs that ship."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from rag.models import pair
from rag.models.pair import PairModel
from training import export
from training.unpack import unpack

PAIRS = [
    ("The ferry sank on Monday.", "Ferry sinks. The ferry went down on Monday, the harbour said."),
    ("Who closed the bridge?", "The council opened the market; the mayor closed the bridge. " * 9),
]


@pytest.mark.parametrize("name", ["reader", "checker"])
def test_what_is_unpacked_and_exported_again_reads_as_before(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = PairModel(name, 128).read(PAIRS)
    state = unpack(name)
    for module in (export, pair):
        monkeypatch.setattr(module, "WEIGHTS", tmp_path)
    export.export(name, state)
    after = PairModel(name, 128).read(PAIRS)
    for old, new in zip(before, after, strict=True):
        assert old.offsets == new.offsets and old.logits.shape == new.logits.shape
        assert np.abs(old.logits - new.logits).max() < 0.02 * np.abs(old.logits).max()


def test_the_mean_has_each_file_by_its_share(tmp_path: Path) -> None:
    files = [tmp_path / "a.pt", tmp_path / "b.pt"]
    for file, value in zip(files, (1.0, 2.0), strict=True):
        torch.save({"w": torch.full((2,), value)}, file)
    assert torch.allclose(export.mean(files, [0.3, 0.7])["w"], torch.full((2,), 1.7))
